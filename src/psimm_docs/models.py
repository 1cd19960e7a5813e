"""Models of others, from a folder or the Hugging Face hub: where their files are, and which are never read.

Invariant: the network is used only where the user allows it; weights that are a pickle are refused, since reading one can run code.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from psimm_docs.errors import PsimmError


def load_model(kind: Callable[..., Any], folder: Path, what: str) -> Any:
    """Load a model of sentence-transformers from a folder: on the processor, only safetensors, none of its own code, no network.

    Raises:
        PsimmError: its weights aren't safetensors, or it is no such model; `what` says what the folder has to be.
    """
    refuse_pickles(folder)
    try:
        return kind(
            str(folder),
            device="cpu",
            trust_remote_code=False,
            local_files_only=True,
            model_kwargs={"use_safetensors": True},
        )
    except (OSError, ValueError, KeyError) as error:
        raise PsimmError(f"{folder} can't be loaded as {what} ({error}).") from error


MODEL_FILES = ("*.safetensors", "*.json", "*.txt", "*.model")
"""What is fetched of a model and hashed: weights, settings, vocabularies; never a pickle, never code."""


def model_files(folder: Path) -> list[Path]:
    """Return a model's files in order of name."""
    return sorted(path for pattern in MODEL_FILES for path in folder.rglob(pattern))


def model_folder(model: str, *, download: bool) -> Path:
    """Return the folder of a model that was given by folder or by id."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        return folder
    parts = model.split("/")
    if len(parts) > 2 or not all(parts) or parts[0].startswith((".", "~")):
        raise PsimmError(
            f"There is no encoder at {model}. Give the folder of a sentence-transformers model, its id on the "
            "Hugging Face hub (owner/name), or 'bundled'."
        )
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, local_files_only=not download, allow_patterns=list(MODEL_FILES)))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        advice = (
            "Check the id and the connection"
            if download
            else "Allow the download, give the folder of a model that is on this machine"
        )
        raise PsimmError(
            f"The encoder '{model}' is neither a folder nor a model that is on this machine. "
            f"{advice}, or use 'bundled'."
        ) from error


def refuse_pickles(folder: Path) -> None:
    """Refuse a model whose weights come as a pickle with no safetensors file beside it.

    Raises:
        PsimmError: the first such file.
    """
    for pattern in ("*.bin", "*.pt", "*.pth", "*.pkl", "*.ckpt"):
        for path in sorted(folder.rglob(pattern)):
            if not any(path.parent.glob("*.safetensors")):
                raise PsimmError(
                    f"{path} may run code when it is read, and no safetensors file stands beside it. "
                    "Use a model that has safetensors weights, or convert it first."
                )
