"""Draw docs/pictures/: every page of the demo room at two sizes, light and dark.

`python -m tests.browser.pictures` from the project's root (or `make pictures`).
"""

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests"))

from browser.server import chromium, serving, settled  # noqa: E402

from sctrain.ui.titles import TITLES  # noqa: E402

SIZES = {1280: 720, 390: 844}
VIEWS = {name: name for name in TITLES} | {"overview": ""}


def main() -> None:
    """Write one picture for each page, size and colour scheme."""
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as store,
        serving(Path(store), ["demo", "--with", "earlier"]) as address,
        chromium() as browser,
    ):
        for width, height in SIZES.items():
            for scheme in ("light", "dark"):
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
                for name, path in VIEWS.items():
                    page = context.new_page()
                    page.goto(f"{address}/{path}")
                    settled(page).wait_for_timeout(1_000)
                    page.screenshot(path=folder / f"{name}-{width}-{scheme}.png")
                    page.close()


if __name__ == "__main__":
    main()
