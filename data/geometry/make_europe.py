"""Cut europe.json out of Natural Earth's countries: `python data/geometry/make_europe.py countries-50m.json`.

The input is `countries-50m.json` of the npm package world-atlas 2.0.2 (TopoJSON of Natural Earth, which is in the
public domain; the package's licence is ISC). An *arc* is a border line that neighbours share, stored once. What lies
outside the window is pushed onto its edge; lines are thinned to what a picture 500 px high can show.
"""

from __future__ import annotations

import json
import sys
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

WINDOW = ((-32.0, 75.0), (27.0, 80.0))
"""Longitudes and latitudes that are kept: more than the map shows, so that its edge is cut by the picture."""
STEP = 0.01
"""Degrees to which coordinates are rounded."""
TOLERANCE = 0.035
"""Degrees a thinned line may stray."""
SMALLEST = 0.012
"""Square degrees below which an island is left out, but for a country's largest."""
CODES = {
    "008": "AL", "020": "AD", "040": "AT", "112": "BY", "056": "BE", "070": "BA", "100": "BG", "191": "HR",
    "196": "CY", "203": "CZ", "208": "DK", "233": "EE", "234": "FO", "246": "FI", "248": "AX", "250": "FR",
    "276": "DE", "292": "GI", "300": "GR", "348": "HU", "352": "IS", "372": "IE", "833": "IM", "380": "IT",
    "428": "LV", "438": "LI", "440": "LT", "442": "LU", "470": "MT", "498": "MD", "492": "MC", "499": "ME",
    "528": "NL", "807": "MK", "578": "NO", "616": "PL", "620": "PT", "642": "RO", "643": "RU", "674": "SM",
    "688": "RS", "703": "SK", "705": "SI", "724": "ES", "752": "SE", "756": "CH", "792": "TR", "804": "UA",
    "826": "GB", "336": "VA", "831": "GG", "832": "JE", "268": "GE", "051": "AM", "031": "AZ", "012": "DZ",
    "504": "MA", "788": "TN", "434": "LY", "818": "EG", "376": "IL", "275": "PS", "422": "LB", "760": "SY",
    "400": "JO", "368": "IQ", "682": "SA", "364": "IR", "398": "KZ",
}  # fmt: skip
"""ISO 3166 alpha-2 by numeric code, of what the window shows."""
UNNUMBERED = {"Kosovo": "XK", "N. Cyprus": "CY"}
"""Natural Earth draws them without a code; the second is told with the island."""

Points = NDArray[np.float64]
Geometry = dict[str, Any]


def main(source: Path, target: Path) -> None:
    """Write the cut."""
    world = json.loads(source.read_text(encoding="utf-8"))
    arcs = [_arc(world, i) for i in range(len(world["arcs"]))]
    kept = [found for g in world["objects"]["countries"]["geometries"] if (found := _country(g, arcs))]
    used = sorted({i if i >= 0 else ~i for g in kept for i in chain(*chain(*g["arcs"]))})
    place = {old: new for new, old in enumerate(used)}
    for country in kept:
        country["arcs"] = [[[_moved(i, place) for i in ring] for ring in rings] for rings in country["arcs"]]
    topology = {
        "type": "Topology",
        "transform": {"scale": [STEP, STEP], "translate": [0, 0]},
        "objects": {"countries": {"type": "GeometryCollection", "geometries": kept}},
        "arcs": [_written(arcs[i]) for i in used],
    }
    target.write_text(json.dumps(topology, separators=(",", ":")) + "\n", encoding="utf-8")


def _arc(world: Geometry, index: int) -> Points:
    scale, translate = (np.array(world["transform"][key]) for key in ("scale", "translate"))
    points = np.cumsum(np.array(world["arcs"][index]), axis=0) * scale + translate
    (west, east), (south, north) = WINDOW
    eastern = np.where(points[:, 0] < -100, points[:, 0] + 360, points[:, 0])  # Russia reaches over 180 degrees
    inside = np.column_stack([eastern.clip(west, east), points[:, 1].clip(south, north)])
    return _thinned(np.round(inside / STEP) * STEP)


def _thinned(points: Points) -> Points:
    """The line with the points left out that lie within the tolerance (Douglas & Peucker 1973)."""
    if len(points) < 3:
        return points
    if np.allclose(points[0], points[-1]):  # a ring has no chord: cut it in two
        middle = int(np.hypot(*(points - points[0]).T).argmax())
        if not middle:
            return points[:2]
        return np.vstack([_thinned(points[: middle + 1])[:-1], _thinned(points[middle:])])
    (dx, dy), off = points[-1] - points[0], points - points[0]
    distance = np.abs(dx * off[:, 1] - dy * off[:, 0]) / np.hypot(dx, dy)
    farthest = int(distance.argmax())
    if distance[farthest] <= TOLERANCE:
        return points[[0, -1]]
    return np.vstack([_thinned(points[: farthest + 1])[:-1], _thinned(points[farthest:])])


def _country(geometry: Geometry, arcs: list[Points]) -> Geometry | None:
    """The country as a MultiPolygon of what the window shows of it, with the point where its number stands."""
    code = CODES.get(geometry.get("id", ""), UNNUMBERED.get(geometry["properties"]["name"]))
    polygons = {"Polygon": [geometry["arcs"]], "MultiPolygon": geometry["arcs"]}.get(geometry["type"], [])
    # Outlines run clockwise, holes the other way; pushed onto the edge some fold over, and would fill the globe.
    areas = [-_area(_ring(rings[0], arcs)) for rings in polygons]
    if code is None or max(areas, default=0) <= 0:
        return None
    shown = [
        [rings[0], *(hole for hole in rings[1:] if _area(_ring(hole, arcs)) >= SMALLEST)]
        for rings, area in zip(polygons, areas, strict=True)
        if area >= min(SMALLEST, max(areas))
    ]
    largest = _ring(polygons[int(np.argmax(areas))][0], arcs)
    lon, lat, reach = _inmost(largest)
    about = {"code": code, "lon": lon, "lat": lat, "reach": reach}
    return {"type": "MultiPolygon", "arcs": shown, "properties": about}


def _ring(indices: list[int], arcs: list[Points]) -> Points:
    return np.vstack([arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices])


def _area(ring: Points) -> float:
    x, y = ring.T
    return float((x * np.roll(y, -1) - y * np.roll(x, -1)).sum() / 2)


def _inmost(ring: Points) -> tuple[float, float, float]:
    """The point of a grid over the ring that is furthest from its border, and how far, in degrees of latitude."""
    (west, south), (east, north) = ring.min(axis=0), ring.max(axis=0)
    grid = np.stack(np.meshgrid(np.linspace(west, min(east, 44), 60), np.linspace(south, north, 60)), -1).reshape(-1, 2)
    grid = grid[_inside(grid, ring)] if _inside(grid, ring).any() else ring.mean(axis=0)[None]
    flat = np.array([np.cos(np.radians(ring[:, 1].mean())), 1])
    start, end = ring * flat, np.roll(ring, -1, axis=0) * flat
    off, along = (grid * flat)[:, None] - start, end - start
    length = (along**2).sum(axis=1)
    share = ((off * along).sum(axis=2) / np.where(length > 0, length, 1)).clip(0, 1)
    nearest = np.sqrt(((off - share[..., None] * along) ** 2).sum(axis=2)).min(axis=1)
    lon, lat = grid[int(nearest.argmax())].round(2).tolist()
    return lon, lat, round(float(nearest.max()), 2)


def _inside(points: Points, ring: Points) -> NDArray[np.bool_]:
    """Which points lie inside, by how often a line eastwards crosses the border."""
    (x, y), (x2, y2) = ring.T, np.roll(ring, -1, axis=0).T
    px, py = points[:, :1], points[:, 1:]
    crosses = (y > py) != (y2 > py)
    at = x + (py - y) * (x2 - x) / np.where(y2 == y, 1, y2 - y)
    return np.asarray((crosses & (px < at)).sum(axis=1) % 2 == 1)


def _moved(index: int, place: dict[int, int]) -> int:
    return place[index] if index >= 0 else ~place[~index]


def _written(points: Points) -> list[list[int]]:
    whole = np.round(points / STEP).astype(int)
    return np.diff(whole, axis=0, prepend=0).tolist()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).with_name("europe.json"))
