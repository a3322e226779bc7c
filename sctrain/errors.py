"""The errors a reader may see: each says a fact and what can be done about it."""


class SctrainError(Exception):
    """Base of every error that is shown as its message, without a traceback."""


class CatalogueError(SctrainError):
    """A catalogue file that cannot be used: names the file, the key and the reason."""

    def __init__(self, source: str, key: str, reason: str) -> None:
        super().__init__(f"{source}: {key}: {reason}")
        self.source, self.key, self.reason = source, key, reason


class MappingError(SctrainError):
    """A mapping file that cannot be used: names the file, the key and the reason."""

    def __init__(self, source: str, key: str, reason: str) -> None:
        super().__init__(f"{source}: {key}: {reason}")
        self.source, self.key, self.reason = source, key, reason


class ImportRefused(SctrainError):
    """A survey file with rows that cannot be read; nothing of it was stored."""


class StoreError(SctrainError):
    """The store refuses: unknown event, other questionnaire, wrong data version."""


class StaleError(StoreError):
    """Somebody withdrew while a room was read in two parts, which now do not fit: read it again."""


class StorageError(StoreError):
    """The database could not do it: `kind` is full, busy, readonly, damaged, missing, disk or gone; nothing was stored.

    What was acknowledged before is not touched by it.
    """

    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind


class FrameError(SctrainError):
    """A frame that breaks its contract: names the frame, the column and the fault."""


class SelectionError(SctrainError):
    """A selection that names something unknown: says what was given and the choices."""

    def __init__(self, what: str, given: str, choices: object) -> None:
        listed = ", ".join(map(str, choices))  # type: ignore[call-overload]
        super().__init__(f"no {what} called {given!r}; there are: {listed or 'none'}")


class AccessError(SctrainError):
    """A link that does not allow what was asked: says for what it is, or why it has ended."""


class InputError(SctrainError):
    """Something typed into a form that cannot be stored: says the field, the fault and what would do."""
