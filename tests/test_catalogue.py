"""The catalogue that ships is whole, and one that is broken is refused with the place and the reason."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from sctrain.catalogue import BUILT_IN, USUAL_HOURS, Catalogue, Scale, from_json, read_catalogue
from sctrain.errors import CatalogueError

SHARED = Path(__file__).parents[1].parent / "shared"
DOMAIN = SHARED / "domain.md"
SIZES = SHARED / "reference" / "data" / "city_size_boundaries.csv"

COMPETENCY_PHRASES = {
    "000": (
        "technology trends",
        "what technologies and tools can do",
        "appraising infrastructure investment under fast technology change",
        "leading multidisciplinary teams",
        "business models for infrastructure",
        "business models for data, monetisation",
        "public–private partnership mechanisms",
        "innovative public procurement",
        "own or joint investment with the private sector",
        "data collection and information discovery",
        "data protection and privacy (citizens' and vehicles' behaviour)",
        "designing, planning, executing and monitoring a programme",
        "knowing which stakeholders and disciplines to engage",
    ),
    "001": (
        "working across departments, aligning budgets",
        "innovation-minded leadership in a risk-averse culture",
        "knowledge management",
        "integrated data management and data intelligence",
        "collective leadership",
        "communicating a pragmatic vision and road map",
        "innovation budget",
        "strategic management (monitor, analyse, plan)",
        "systems thinking",
        "learning organisation",
    ),
    "002": (
        "agile project management",
        "leadership",
        "analytical skills",
        "self-organisation",
        "communication",
        "IT skills",
        "citizen participation",
        "service redesign from the citizen's view",
        "data-driven governance",
        "mobilising resources and legitimacy",
        "shared vision",
    ),
}
CHALLENGE_PHRASES = (
    "silos",
    "risk aversion",
    "lost knowledge",
    "scattered data and IT",
    "missing political or collective leadership",
    "closed learning environment",
    "scarce qualified people in small cities",
    "uncertain technology and investment",
    "privacy",
    "unclear business models",
    "procurement",
)
SOLUTION_PHRASES = (
    "collective leadership",
    "strategic management with a data unit and mapped data sources",
    "a learning organisation with systems thinking",
    "innovation budget",
    "cross-department teams",
    "living labs and hackathons",
    "innovative procurement",
    "PPP",
    "joint investment",
    "participation platforms",
    "continuous learning",
)
PRACTICE_PHRASES = (
    "encouraging innovation",
    "collaboration for innovation",
    "placing citizens at the core",
    "data-driven governance",
    "resources as enabler",
    "new skills as accelerator",
    "a shared vision",
)


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return read_catalogue(BUILT_IN)


def phrases(entries) -> set[str]:
    return {seed.split(": ", 1)[1] for entry in entries for seed in entry.seeds}


# What it holds


@pytest.mark.parametrize(("seed", "phrase"), [(s, p) for s, listed in COMPETENCY_PHRASES.items() for p in listed])
def test_every_phrase_of_the_seeds_is_covered_by_a_competency(shipped, seed, phrase):
    assert [c.code for c in shipped.competency if f"{seed}: {phrase}" in c.seeds]


def test_no_competency_is_taken_from_elsewhere(shipped):
    listed = {f"{seed}: {phrase}" for seed, given in COMPETENCY_PHRASES.items() for phrase in given}
    assert {seed for c in shipped.competency for seed in c.seeds} == listed
    assert all(c.seeds for c in shipped.competency)


def test_challenges_solutions_and_practices_cover_their_phrases(shipped):
    assert phrases(shipped.challenge) == set(CHALLENGE_PHRASES)
    assert phrases(shipped.solution) == set(SOLUTION_PHRASES)
    assert phrases(shipped.practice) == set(PRACTICE_PHRASES)
    assert len(shipped.practice) == 7


@pytest.mark.skipif(not DOMAIN.exists(), reason="needs ../shared/domain.md")
def test_the_phrases_are_those_of_the_domain_page():
    text = " ".join(DOMAIN.read_text(encoding="utf-8").split())

    def listed(pattern: str) -> list[str]:
        found = re.search(pattern, text)
        assert found, pattern
        return [phrase.strip() for phrase in found[1].split(";")]

    for seed, given in COMPETENCY_PHRASES.items():
        assert listed(rf"- {seed}: (.*?)\.(?= -| Merge)") == list(given)
    assert listed(r"\(000, 001\): (.*?)\. Solutions:") == list(CHALLENGE_PHRASES)
    assert listed(r"Solutions: (.*?)\. ") == list(SOLUTION_PHRASES)
    assert listed(r"\*\*Work practices\*\* \(002\): (.*?)\. ") == list(PRACTICE_PHRASES)


def test_competencies_can_stand_on_a_wall(shipped):
    assert 26 <= len(shipped.competency) <= 30
    for c in shipped.competency:
        assert re.fullmatch(r"[a-z][a-z_]*", c.code)
        assert len(c.label) <= 60
        assert c.label[0].isupper()
        assert 0 < len(c.short) <= 24
        assert c.sentence.endswith(".")
        assert c.discipline
        assert c.practices
    for name in ("label", "short", "sentence"):
        assert max(Counter(getattr(c, name) for c in shipped.competency).values()) == 1


def test_each_level_of_each_competency_has_words_of_its_own(shipped):
    anchors = [anchor for c in shipped.competency for anchor in c.levels]
    assert [len(c.levels) for c in shipped.competency] == [5] * len(shipped.competency)
    assert len(set(anchors)) == len(anchors)


def test_the_scale_has_a_word_for_every_point(shipped):
    assert (shipped.scale.low, shipped.scale.high) == (1, 5)
    assert len(set(shipped.scale.importance)) == len(set(shipped.scale.level)) == 5
    assert (shipped.scale.importance[0], shipped.scale.importance[-1]) == ("not important", "essential")


def test_technology_and_people_have_about_equal_weight(shipped):
    n = Counter(c.aspect for c in shipped.competency)
    assert set(n) == {"technology", "human"}
    assert min(n.values()) / n.total() >= 0.4


def test_every_practice_is_served_and_has_something_to_do(shipped):
    served = Counter(code for c in shipped.competency for code in c.practices)
    for practice in shipped.practice:
        assert served[practice.code] >= 2
        assert 3 <= len(practice.activities) <= 4
        assert practice.sentence


def test_every_discipline_has_competencies(shipped):
    disciplines = [o.code for o in shipped.dimensions["discipline"].option]
    assert disciplines == ["planning", "management", "ict", "finance", "law", "citizens"]
    assert min(Counter(c.discipline for c in shipped.competency)[d] for d in disciplines) >= 3


def test_every_challenge_has_a_solution_and_every_solution_a_challenge(shipped):
    assert all(s.challenges for s in shipped.solution)
    assert {code for s in shipped.solution for code in s.challenges} == {c.code for c in shipped.challenge}


def test_tables_rank_five_topics(shipped):
    topics = {t.code: t for t in shipped.topic}
    assert list(topics) == ["contents", "methodology", "duration", "framework", "target"]
    assert (topics["contents"].options_from, topics["target"].options_from) == ("competency", "role")
    assert all(bool(t.options_from) != bool(t.option) for t in topics.values())


def test_questions_use_the_codes_of_the_lists_they_speak_of(shipped):
    asked = {q.code: {o.code: o.label for o in q.option} for q in shipped.question}
    roles = [o.code for o in shipped.dimensions["role"].option]
    durations = next(t for t in shipped.topic if t.code == "duration").option
    assert asked["main_challenges"] == {c.code: c.label for c in shipped.challenge}
    assert asked["how_long"] == {o.code: o.label for o in durations}
    assert list(asked["training_for"]) == [code for code in roles if code != "other"]
    assert {"training_needed", "mainly_elearning", "mixing_benefit"} <= set(asked)


# The profile


def test_all_profile_dimensions_are_offered(shipped):
    assert list(shipped.dimensions) == ["role", "discipline", "city_size", "country", "region", "cluster"]
    assert [d.code for d in shipped.dimension if d.open] == ["region", "cluster"]
    assert len(shipped.dimensions["role"].option) == 10


@pytest.mark.parametrize(
    ("population", "size"),
    [
        (0, "town"),
        (49_999, "town"),
        (50_000, "s"),
        (99_999, "s"),
        (100_000, "m"),
        (249_999, "m"),
        (250_000, "l"),
        (500_000, "xl"),
        (999_999, "xl"),
        (1_000_000, "xxl"),
        (4_999_999, "xxl"),
        (5_000_000, "global"),
        (37_000_000, "global"),
    ],
)
def test_a_population_has_one_city_size(shipped, population, size):
    assert shipped.dimensions["city_size"].option_for(population).code == size


@pytest.mark.skipif(not SIZES.exists(), reason="needs ../shared/reference")
def test_city_sizes_agree_with_the_reference_table(shipped):
    for row in pd.read_csv(SIZES).itertuples():
        expected = "town" if row.oecd_ec_2012.startswith("below") else row.oecd_ec_2012.lower()
        assert shipped.dimensions["city_size"].option_for(row.population).code == expected


def test_what_has_no_population_class_has_no_city_size(shipped):
    assert shipped.dimensions["city_size"].option_for(-1) is None
    assert shipped.dimensions["role"].option_for(60_000) is None


def test_small_and_medium_cities_are_those_under_250_000(shipped):
    size = shipped.dimensions["city_size"]
    assert size.members("small_medium") == ("town", "s", "m")
    assert size.members("large") == ("l", "xl", "xxl", "global")
    assert size.ordered


def test_countries_are_the_249_of_iso_3166(shipped):
    codes = [o.code for o in shipped.dimensions["country"].option]
    assert len(codes) == 249
    assert all(re.fullmatch(r"[A-Z]{2}", code) for code in codes)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Suisse", "CH"),
        ("Schweiz", "CH"),
        ("Svizzera", "CH"),
        ("UK", "GB"),
        ("EL", "GR"),
        ("España", "ES"),
        ("Czech Republic", "CZ"),
        ("USA", "US"),
        ("Ελλάδα", "GR"),
        ("Suomi", "FI"),
    ],
)
def test_a_country_is_known_by_its_other_names(shipped, said, code):
    assert [o.code for o in shipped.dimensions["country"].option if said in o.synonyms] == [code]


@pytest.mark.parametrize("dimension", ["role", "discipline", "city_size", "country"])
def test_no_name_stands_for_two_options(shipped, dimension):
    options = shipped.dimensions[dimension].option
    names = Counter(name for o in options for name in {n.casefold() for n in (o.code, o.label, *o.synonyms)})
    assert [name for name, n in names.items() if n > 1] == []


# Reading and writing


def test_a_catalogue_survives_the_store(shipped):
    assert shipped.dimensions["role"].labels  # a value that has been used is still equal
    assert from_json(shipped.to_json()) == shipped
    assert from_json(shipped.to_json()).to_json() == shipped.to_json()


def test_the_environment_may_name_another_catalogue(tmp_path, monkeypatch):
    other = tmp_path / "other.toml"
    other.write_text('catalogue = {code = "other", title = "T"}\n[[competency]]\ncode = "a"\nlabel = "A"\n')
    monkeypatch.setenv("SCTRAIN_CATALOGUE", str(other))
    assert read_catalogue().code == "other"
    assert read_catalogue(BUILT_IN).code != "other"
    monkeypatch.setenv("SCTRAIN_CATALOGUE", "")
    assert read_catalogue() == read_catalogue(BUILT_IN)


def test_a_competency_is_found_by_its_code(shipped):
    assert shipped.find("ppp").brief == "Partnership contracts"
    with pytest.raises(KeyError, match="juggling"):
        shipped.find("juggling")


BREAKAGES = {
    "a comma is forgotten": ("challenges.toml", '"silos"]', '"silos"', "TOML", "array"),
    "not UTF-8": ("topics.toml", "Contents", "\udce9", "TOML", "utf-8"),
    "an unknown discipline": (
        "competencies.toml",
        'discipline = "law"',
        'discipline = "astrology"',
        "competency.ppp.discipline",
        "'astrology' is not one of citizens, finance",
    ),
    "an unknown practice": (
        "competencies.toml",
        'practices = ["vision"]',
        'practices = ["visions"]',
        "competency.shared_vision.practices",
        "'visions' is not one of",
    ),
    "an unknown challenge": (
        "challenges.toml",
        'challenges = ["missing_leadership", "silos"]',
        'challenges = ["barns"]',
        "solution.collective_leadership.challenges",
        "'barns' is not one of",
    ),
    "an unknown roll-up member": (
        "profile.toml",
        'members = ["town", "s", "m"]',
        'members = ["village"]',
        "dimension.city_size.small_medium.members",
        "'village' is not one of",
    ),
    "a code used twice": (
        "competencies.toml",
        'code = "ppp"',
        'code = "communication"',
        "competency",
        "the code 'communication' is used twice",
    ),
    "an option used twice": (
        "profile.toml",
        'code = "elected"',
        'code = "citizen"',
        "dimension.role",
        "the code 'citizen' is used twice",
    ),
    "a question option used twice": (
        "questions.toml",
        'code = "half"',
        'code = "no"',
        "question.mainly_elearning",
        "the code 'no' is used twice",
    ),
    "an anchor too few": (
        "competencies.toml",
        '  "Looks at one service at a time",\n',
        "",
        "competency.systems_thinking.levels",
        "4 anchors for 5 points",
    ),
    "a scale word too few": (
        "catalogue.toml",
        '"fairly important", ',
        "",
        "scale.importance",
        "4 anchors for 5 points",
    ),
    "an unknown key": (
        "practices.toml",
        "activities = [",
        "activites = [",
        "practice.innovation.activites",
        "Extra inputs are not permitted",
    ),
    "an unknown table": ("topics.toml", "[[topic]]", "[[topics]]", "topics", "Extra inputs are not permitted"),
    "a missing label": (
        "competencies.toml",
        'label = "Public–private partnerships"\n',
        "",
        "competency.ppp.label",
        "Field required",
    ),
    "an empty label": (
        "profile.toml",
        'label = "Cluster partner"',
        'label = ""',
        "dimension.cluster.label",
        "at least 1 character",
    ),
    "a code that no link can hold": (
        "competencies.toml",
        'code = "ppp"',
        'code = "p.p.p"',
        "competency.p.p.p.code",
        "only letters, digits and _",
    ),
    "an unknown aspect": (
        "competencies.toml",
        'aspect = "human"',
        'aspect = "humane"',
        "competency.systems_thinking.aspect",
        "'technology', 'human'",
    ),
    "an unknown dimension": ("profile.toml", 'code = "cluster"', 'code = "shoe_size"', "dimension.shoe_size", "'role'"),
    "no title": ("catalogue.toml", "title", "subtitle", "catalogue.title", "Field required"),
}


@pytest.mark.parametrize(("file", "old", "new", "key", "reason"), BREAKAGES.values(), ids=BREAKAGES)
def test_a_broken_file_is_refused_with_file_key_and_reason(tmp_path, file, old, new, key, reason):
    shutil.copytree(BUILT_IN, tmp_path, dirs_exist_ok=True)
    broken = tmp_path / file
    text = broken.read_text(encoding="utf-8")
    assert old in text
    broken.write_bytes(text.replace(old, new).encode(errors="surrogateescape"))
    with pytest.raises(CatalogueError) as refused:
        read_catalogue(tmp_path)
    assert refused.value.source == str(broken)
    assert refused.value.key.startswith(key)
    assert reason in refused.value.reason


def test_an_absent_file_and_an_empty_folder_are_refused(tmp_path):
    with pytest.raises(CatalogueError, match=r"absent\.toml: file: No such file"):
        read_catalogue(tmp_path / "absent.toml")
    with pytest.raises(CatalogueError, match=re.escape(f"{tmp_path}: file: no *.toml file")):
        read_catalogue(tmp_path)


def test_one_table_cannot_stand_in_two_files(tmp_path):
    shutil.copytree(BUILT_IN, tmp_path, dirs_exist_ok=True)
    (tmp_path / "zz.toml").write_text('[[topic]]\ncode = "extra"\nlabel = "Extra"\n')
    with pytest.raises(CatalogueError) as refused:
        read_catalogue(tmp_path)
    assert (refused.value.source, refused.value.key) == (str(tmp_path / "zz.toml"), "topic")
    assert str(tmp_path / "topics.toml") in refused.value.reason


def test_a_fault_in_the_store_is_named_as_such():
    with pytest.raises(CatalogueError, match=r"store: competency: Field required"):
        from_json('{"catalogue": {"code": "x", "title": "X"}}')


def test_a_scale_counts_its_points():
    assert Scale().points == 5
    assert Scale(low=0, high=7).points == 8


# What tables rank


def test_a_topic_has_its_own_options_or_those_of_competencies_and_roles():
    catalogue = read_catalogue(BUILT_IN)
    assert catalogue.options_of("contents") == catalogue.labels
    assert catalogue.options_of("target") == {o.code: o.label for o in catalogue.dimensions["role"].option}
    assert list(catalogue.options_of("duration").items())[:2] == [("day", "One day"), ("week", "Up to one week")]
    with pytest.raises(KeyError):
        catalogue.options_of("food")


def test_a_topic_of_roles_has_no_options_where_the_catalogue_has_no_roles():
    catalogue = read_catalogue(BUILT_IN).model_copy(update={"dimension": ()})
    assert catalogue.options_of("target") == {}


# The modules of a programme


def test_every_competency_is_in_a_module_and_a_few_are_in_two(shipped):
    taught = Counter(code for module in shipped.modules for code in module.competencies)
    assert set(taught) == set(shipped.codes)
    assert {code for code, n in taught.items() if n > 1} == {"data_protection", "joint_investment"}
    assert 14 <= len(shipped.modules) <= 18


def test_each_module_says_what_it_does_in_words_of_its_own(shipped):
    for module in shipped.modules:
        assert module.sentence.endswith(".")
        assert len(module.label) <= 60
        assert module.method
        assert 4 <= module.hours <= 8
    assert max(Counter(m.sentence for m in shipped.modules).values()) == 1


def test_a_module_tells_the_disciplines_it_mixes_the_practices_it_serves_and_its_aspect(shipped):
    module = next(m for m in shipped.modules if m.code == "governing_with_data")
    assert shipped.disciplines_of(module) == ("ict", "law")
    assert shipped.practices_of(module) == ("citizens_first", "data_driven")
    assert (shipped.share_of(module, "technology"), shipped.share_of(module, "human")) == (1, 0)


def made_of(**given):
    return Catalogue.model_validate(
        {
            "catalogue": {"code": "made", "title": "Made"},
            "competency": [{"code": "a", "label": "A"}, {"code": "b", "label": "B"}],
            **given,
        }
    )


def test_without_modules_each_competency_is_one():
    modules = made_of().modules
    assert [(m.code, m.label, m.competencies, m.hours) for m in modules] == [
        ("a", "A", ("a",), USUAL_HOURS),
        ("b", "B", ("b",), USUAL_HOURS),
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"competencies": ["juggling"]}, "'juggling' is not one of a, b"),
        ({"competencies": ["a", "a"]}, "the code 'a' is used twice"),
        ({"competencies": []}, "at least 1"),
        ({"hours": 0}, "greater than 0"),
        ({"hours": 1.25}, "multiple of 0.5"),
        ({"method": "magic"}, "'magic' is not one of none"),
        ({"audience": ["wizard"]}, "'wizard' is not one of none"),
        ({"requires": ["two"]}, "'two' is not one of other, x"),
        ({"requires": ["other"]}, "goes round in a circle: x → other → x|other → x → other"),
    ],
)
def test_a_module_that_cannot_be_is_refused_with_the_reason(change, message):
    modules = [
        {"code": "x", "label": "X", "competencies": ["a"], "hours": 4} | change,
        {"code": "other", "label": "Other", "competencies": ["b"], "hours": 4, "requires": ["x"]},
    ]
    with pytest.raises(ValidationError, match=message):
        made_of(module=modules)
