"""Every error that vinews raises on purpose.

    VinewsError
    ├── UsageError       the command, the configuration or a path is wrong: the user can mend it (exit code 2)
    ├── InputError       a dump, a gold file or a release cannot be used as a whole (exit code 1)
    ├── SchemaError      a record does not follow its JSON Schema
    ├── ModelError       a model or word list is missing, is not the recorded one, or cannot be used
    ├── BalanceError     a build lost or invented a piece of input
    └── PublishError     a release could not be published, and the message says what the destination holds

A piece of a dump that cannot become a record is not an error: it is a reject (`builder.model.Reject`).
Each message is one line: what, where, what to do.
"""


class VinewsError(Exception):
    """The base of all of them; the command line prints its text and exits with `exit_code`."""

    exit_code = 1


class UsageError(VinewsError):
    """The command, the configuration or a path is wrong, and the user can mend it."""

    exit_code = 2


class InputError(VinewsError):
    """A dump, a gold file or a release cannot be used as a whole."""


class SchemaError(VinewsError):
    """A record does not follow its JSON Schema."""


class ModelError(VinewsError):
    """A model or word list is missing, is not the recorded one, or cannot be used."""


class BalanceError(VinewsError):
    """A build lost or invented a piece of input: a fault of vinews, or of a disk."""


class PublishError(VinewsError):
    """A release could not be published; the message says what the destination holds."""
