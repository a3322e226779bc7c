"""Two real server processes on one PostgreSQL store behind nginx, with the configuration that is shipped."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from types import SimpleNamespace

import httpx2
import pytest
from databases import POSTGRESQL, server
from live import live_store
from room.conftest import JSON, filled
from sqlalchemy import text
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from support import ROOT, missing
from websockets.sync.client import connect

from sctrain.rehearsal.server import free_port
from sctrain.rehearsal.viewer import VERSION
from sctrain.store import access, queries
from sctrain.store.access import code
from sctrain.store.engine import writing
from sctrain.store.setup import Setup

SHIPPED = ROOT / "docs" / "server"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
AROUND = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{}}
http {{
    log_format upstream '$request_uri $upstream_addr'; access_log {folder}/access.log upstream;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""
"""What Debian's nginx.conf is around a site, with everything in one folder."""

pytestmark = pytest.mark.skipif(not POSTGRESQL, reason="several processes write to PostgreSQL: SCTRAIN_ON=postgresql")


def of_the_image(folder):
    """A folder that holds what the Containerfile copies, and nothing else."""
    for line in (SHIPPED / "Containerfile").read_text().splitlines():
        if line.startswith("COPY "):
            *names, to = line.removeprefix("COPY ").split()
            for name in names:
                (folder / (name if to in (".", "./") else to)).symlink_to(ROOT / name)
    return folder


def started(folder, url, port):
    """A server process, as the unit starts it, and where it writes."""
    environment = os.environ | {
        "SCTRAIN_DB": url,
        "SCTRAIN_URL": "http://training.example.org",
        "SCTRAIN_FILES": str(folder),
        "STREAMLIT_SERVER_COOKIE_SECRET": "one for all",
    }
    unit = (SHIPPED / "sctrain@.service").read_text()
    command = re.search(r"^ExecStart=\S+ (.*)$", unit, re.M)[1].replace("%i", str(port)).split()
    with (folder / f"{port}.log").open("w") as log:
        return subprocess.Popen(
            [sys.executable, *command], cwd=folder / "image", env=environment, stdout=log, stderr=subprocess.STDOUT
        )


def proxy(folder, port, ports):
    """nginx with the shipped site, in which only addresses and ports are others; and it says whom it asked."""
    site = (SHIPPED / "nginx.conf").read_text().replace("access_log off;", "")
    for shipped, ours in zip(("127.0.0.1:8501", "127.0.0.1:8502", "listen 80;"), (*ports, port), strict=True):
        assert shipped in site
        site = site.replace(shipped, f"listen 127.0.0.1:{ours};" if "listen" in shipped else f"127.0.0.1:{ours}")
    (folder / "site.conf").write_text(site)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))
    return subprocess.Popen([NGINX, "-e", f"{folder}/error.log", "-c", f"{folder}/nginx.conf"])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of the proxy, the processes behind it by port, and the store of one live event."""
    if not NGINX:
        missing("proxy", "there is no nginx")
    server()
    folder = tmp_path_factory.mktemp("site")
    (folder / "image").mkdir()
    of_the_image(folder / "image")
    ports, own = (free_port(), free_port()), free_port()
    with live_store(folder, how=Setup(tables=3)) as store:
        with writing(store.engine) as connection:
            everywhere = access.make_link(connection, "organiser", None)
        processes = {port: started(folder, str(store.engine.url), port) for port in ports}
        nginx = proxy(folder, own, ports)
        there = SimpleNamespace(
            folder=folder, address=f"127.0.0.1:{own}", processes=processes, store=store, everywhere=everywhere
        )
        try:
            for port in ports:
                wait(f"http://127.0.0.1:{port}/_stcore/health", processes[port])
            wait(f"http://{there.address}/_stcore/health", nginx)
            yield there
        finally:
            for process in (nginx, *processes.values()):
                process.terminate()
            for process in (nginx, *processes.values()):
                process.wait(30)


def wait(address, process):
    for _ in range(1200):
        try:
            if httpx2.get(address).text == "ok":
                return
        except httpx2.TransportError:
            assert process.poll() is None
        time.sleep(0.1)
    raise TimeoutError(address)


def visitor(site, route=None):
    """Somebody without a browser who keeps cookies; with a route, at the process that it leads to."""
    cookies = {"sct_route": route} if route else None
    return httpx2.Client(base_url=f"http://{site.address}", cookies=cookies, timeout=60)


def asked(site, path):
    """At which ports a path was asked for, in order; where one did not answer, the last that did."""
    time.sleep(0.05)
    lines = (line.rsplit(" ", 1) for line in (site.folder / "access.log").read_text().replace(", ", ",").splitlines())
    return [int(where.rsplit(":", 1)[1]) for what, where in lines if what == path]


def routes(site):
    """A route to each process: routes are tried until both are known."""
    found = {}
    for k in range(40):
        path = f"/_stcore/health?try={k}{code(4)}"
        with visitor(site, f"route{k}") as somebody:
            somebody.get(path)
        found.setdefault(asked(site, path)[-1], f"route{k}")
        if len(found) == len(site.processes):
            break
    return found


def drawn(site, route, page):
    """All that a page shows who opens it over the websocket, as bytes."""
    message = BackMsg()
    message.rerun_script.query_string, message.rerun_script.page_name = "event=live", page
    message.rerun_script.context_info.timezone = "Europe/Amsterdam"
    with connect(
        f"ws://{site.address}/_stcore/stream",
        origin=f"http://{site.address}",
        subprotocols=["streamlit", "PLACEHOLDER_AUTH_TOKEN"],
        additional_headers={"Cookie": f"sct_route={route}"},
        max_size=None,
        open_timeout=120,  # the first waits until what pages draw with is loaded
    ) as socket:
        socket.send(message.SerializeToString())
        told = []
        while True:
            raw = socket.recv(timeout=120)
            told.append(raw)
            heard = ForwardMsg()
            heard.ParseFromString(raw)
            assert heard.delta.new_element.WhichOneof("type") != "exception", heard
            if heard.WhichOneof("type") == "script_finished":
                return b"".join(told)


def shown_version(site, route):
    """The data version that a page says it stands on."""
    return max(int(number) for number in VERSION.findall(drawn(site, route, "who")))


def test_who_comes_is_given_a_route_and_stays_at_one_process(site):
    with visitor(site) as somebody:
        first = somebody.get("/?visit=1")
        given = re.fullmatch(r"sct_route=(\w+); Path=/; .*HttpOnly; SameSite=Lax", first.headers["set-cookie"])
        assert first.status_code == 200
        assert given
        answers = [somebody.get("/?visit=2") for _ in range(6)]
    assert not any("set-cookie" in answer.headers for answer in answers)
    assert len({*asked(site, "/?visit=1"), *asked(site, "/?visit=2")}) == 1
    with visitor(site, given[1]) as later:  # another connection, the same cookie
        later.get("/?visit=2")
    assert len(set(asked(site, "/?visit=2"))) == 1


def test_those_who_come_are_shared_among_the_processes_and_phones_by_who_is_free(site):
    for _ in range(12):
        with visitor(site) as somebody:
            somebody.get("/?visit=3")
    assert set(asked(site, "/?visit=3")) == set(site.processes)
    form = f"/j/{site.store.phone}"
    with visitor(site, "route0") as phone:
        for _ in range(6):
            assert phone.get(form).status_code == 200
    assert set(asked(site, form)) == set(site.processes)


def test_all_processes_print_one_organisers_link(site):
    printed = [
        re.findall(r"http://\S+/enter/\S+", (site.folder / f"{port}.log").read_text()) for port in site.processes
    ]
    assert printed[0] == printed[1] == [f"http://training.example.org/enter/{site.everywhere}"]


def test_what_is_large_is_sent_small(site):
    with visitor(site) as somebody:
        script = re.search(r'src="\.?(/static/js/[^"]+\.js)"', somebody.get("/").text)[1]
        answer = somebody.get(script, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"


def test_an_answer_through_any_process_is_on_the_pages_of_all(site):
    ways = routes(site)
    assert set(ways) == set(site.processes)
    shown = []
    for _ in range(2):
        with visitor(site) as phone:
            for _ in range(4):  # fewer are not shown
                told = phone.post(f"/j/{site.store.phone}", data=filled(code(12)), headers=JSON)
                assert told.json()["state"] == "kept"
        shown.append({shown_version(site, way) for way in ways.values()})
    with site.store.engine.connect() as connection:
        now = queries.data_version(connection)
    assert shown == [{now - 4}, {now}]


def test_a_killed_process_s_visitors_are_taken_over_and_nothing_acknowledged_is_lost(site):
    (gone, way), (other, _) = routes(site).items()
    form = f"/j/{site.store.phone}"
    kept = []
    with visitor(site, way) as somebody:
        site.processes[gone].send_signal(signal.SIGKILL)
        site.processes[gone].wait()
        assert somebody.get("/?visit=4").status_code == 200
        for _ in range(6):
            kept.append(code(12))
            assert somebody.post(form, data=filled(kept[-1]), headers=JSON).json()["state"] == "kept"
    assert asked(site, "/?visit=4") == [other]
    assert VERSION.search(drawn(site, way, "who"))  # the websocket opens there, too
    with site.store.engine.connect() as connection:
        people = Counter(connection.scalars(text("SELECT person FROM answer WHERE replaced_in IS NULL")))
    assert (len(people), max(people.values())) == (14, 1)
