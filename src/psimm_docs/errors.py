"""What a user can mend, and nothing else.

A `PsimmError` says in one line what is wrong, where, and what to do about it. It is caught in three places only: the
command line, the app, and the loop over documents, where it becomes a `Problem` record and the run goes on.
Everything else that is raised is a defect of ours and is meant to be seen.
"""


class PsimmError(Exception):
    """Something is wrong that the user can mend; the message says what, where and what to do."""


class UnreadableError(PsimmError):
    """A document can't be read: damaged, encrypted, not what its name says, or beyond a limit."""


class RefusalError(UnreadableError):
    """A file can't be read: `code` is the problem's, `what` says what is wrong, `todo` what to do."""

    def __init__(self, code: str, what: str, todo: str) -> None:
        super().__init__(f"{what}; {todo}")
        self.code, self.what, self.todo = code, what, todo


class NotFoundError(PsimmError):
    """An id (of a work, a document, a provision, a concept) stands for nothing in this workspace."""


class BusyError(PsimmError):
    """Another build is writing to this workspace."""


class TamperedError(PsimmError):
    """A decision log doesn't hash to what it says: a line was changed, removed or inserted."""


class StorageError(PsimmError):
    """The disk is full or a folder can't be written: the whole run has to stop, what is there stays whole."""
