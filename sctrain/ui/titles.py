"""The pages: what the navigation, the tests and the pictures go by."""

TITLES = {
    "overview": "Overview",
    "ground": "Common ground",
    "gaps": "Gaps",
    "practices": "Work practices",
    "peers": "Peer teaching",
    "compare": "Compare",
    "regions": "Regions",
    "profiles": "Profiles",
    "tables": "Tables",
    "challenges": "Challenges",
    "voices": "Two voices",
    "queue": "Debate queue",
    "moved": "Minds moved",
    "programme": "Programme",
    "strategy": "Strategy",
    "cohorts": "Cohorts",
    "courses": "Courses on offer",
    "documents": "Documents",
    "questions": "Session questions",
    "who": "Who answered",
    "missing": "Who is missing",
    "live": "The room, live",
    "present": "Presenter",
    "bring_in": "Import",
    "quality": "Data quality",
    "methods": "Methods",
}
"""Title by file name, in the order of the navigation; the first one is where `/` leads."""

SECTIONS = {
    "": ("overview",),
    "The room": ("live", "ground", "who", "missing", "questions"),
    "Needs": ("gaps", "practices", "peers"),
    "Groups": ("compare", "regions", "profiles"),
    "Tables": ("tables", "challenges", "voices", "queue", "moved"),
    "Programme": ("programme", "strategy", "cohorts", "courses", "documents"),
    "About": ("present", "bring_in", "quality", "methods"),
}
"""The menus of the navigation; what is under no heading stands beside them."""

IMPORT = "bring_in"
"""The page that an empty store has, too."""
HEARS = {
    **dict.fromkeys(("overview", "gaps", "practices", "peers", "compare", "regions"), "people"),
    **dict.fromkeys(("questions", "who", "missing", "moved", "quality"), "people"),
    **dict.fromkeys(("tables", "challenges"), "tables"),
}
"""The voice that pages speak of, where it is one: what the other voice says leaves them as they are."""

COMPARING = ("overview", "gaps", "peers", "compare", "tables", "queue", "moved", "questions", "programme", "documents")
"""The pages that compare people by what the bar says."""
