"""The pages: what the navigation, the tests and the pictures go by."""

TITLES = {
    "overview": "Overview",
    "gaps": "Gaps",
    "compare": "Compare",
    "tables": "Tables",
    "challenges": "Challenges",
    "voices": "Two voices",
    "queue": "Debate queue",
    "who": "Who answered",
    "methods": "Methods",
}
"""Title by file name, in the order of the navigation; the first one is where `/` leads."""

SECTIONS = {
    "": ("overview",),
    "The room": ("ground", "who", "missing", "questions"),
    "Needs": ("gaps", "practices", "peers"),
    "Groups": ("compare", "regions", "profiles"),
    "Tables": ("tables", "challenges", "voices", "queue"),
    "About": ("methods",),
}
"""The menus of the navigation; what is under no heading stands beside them."""
