"""What docs/server/ ships fits together, and fits the program."""

import re
import shutil
import subprocess
import sys

import pytest
import yaml
from streamlit import config
from support import ROOT

SHIPPED = ROOT / "docs" / "server"
COMPOSE = yaml.safe_load((SHIPPED / "compose.yaml").read_text())
PAGE = (ROOT / "docs" / "server.md").read_text()


def test_the_containers_serve_at_the_ports_that_nginx_asks():
    site = (SHIPPED / "nginx.conf").read_text()
    upstreams = re.findall(r"upstream \w+ \{(.*?)\n\}", site, re.S)
    asked = [re.findall(r"server 127\.0\.0\.1:(\d+)", upstream) for upstream in upstreams]
    processes = [service for name, service in COMPOSE["services"].items() if name.startswith("process")]
    assert asked == [[process["command"][-1] for process in processes]] * 2
    assert {process["network_mode"] for process in processes} == {"service:proxy"}
    assert COMPOSE["services"]["proxy"]["volumes"] == ["./nginx.conf:/etc/nginx/conf.d/default.conf:ro"]
    assert re.findall(r"sctrain@(\d+)", PAGE)[:2] == asked[0]


def test_the_proxy_keeps_no_log_of_who_asked_when():
    assert re.findall(r"^ *access_log (.*?);", (SHIPPED / "nginx.conf").read_text(), re.M) == ["off"]


def test_what_compose_needs_to_be_told_is_on_the_page():
    needed = set(re.findall(r"\$\{(\w+):\?", (SHIPPED / "compose.yaml").read_text()))
    assert needed == set(re.findall(r"`(SCTRAIN_\w+)=", PAGE))
    build = COMPOSE["services"]["process1"]["build"]
    assert (SHIPPED / build["context"]).resolve() == ROOT
    assert (ROOT / build["dockerfile"]).is_file()


@pytest.mark.parametrize("file", ["sctrain.env", "compose.yaml", "Containerfile"])
def test_every_setting_is_one_that_is_read(file):
    names = set(re.findall(r"^(?:ENV )?\s*((?:SCTRAIN|STREAMLIT)_\w+)[=:]", (SHIPPED / file).read_text(), re.M))
    assert names
    streamlit = {option.env_var for option in config.get_config_options().values()}
    ours = " ".join(path.read_text() for path in (ROOT / "sctrain").rglob("*.py"))
    assert [name for name in names if name not in streamlit and f'"{name}"' not in ours] == []


@pytest.mark.parametrize("file", ["Makefile", "docs/server/sctrain.env", "docs/server/Containerfile"])
def test_a_server_s_threads_take_memory_from_one_pool_wherever_it_is_started(file):
    assert re.search(r"\bMALLOC_ARENA_MAX ?= ?1$", (ROOT / file).read_text(), re.M)


def test_systemd_takes_the_unit(tmp_path):
    if not (verify := shutil.which("systemd-analyze")):
        pytest.skip("there is no systemd-analyze")
    unit = (SHIPPED / "sctrain@.service").read_text()
    (tmp_path / "sctrain@.service").write_text(unit.replace("/opt/sctrain/.venv/bin/python", sys.executable))
    told = subprocess.run([verify, "verify", "sctrain@8501.service"], cwd=tmp_path, capture_output=True, text=True)
    assert "sctrain@" not in told.stderr, told.stderr
