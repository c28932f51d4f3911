"""SHA256SUMS of all that lies in dist/, and a CycloneDX list of what is in it."""

from __future__ import annotations

import hashlib
import json
import re
import time
import uuid
from pathlib import Path
from typing import Any, Final

from facts import DIST, NAME, PACKAGING, VERSION, commit_time
from steps import step

SUMS: Final = "SHA256SUMS"
SBOM: Final = f"{NAME}-{VERSION}.cdx.json"
_LOCKED: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: ; ([^\\]+?))? \\$", re.MULTILINE)
_ONLY_BUILDS: Final = {
    "hatchling",
    "editables",
    "packaging",
    "pathspec",
    "pluggy",
    "tomlkit",
    "trove-classifiers",
}


def write(folder: Path = DIST) -> None:
    """Both files, for what is in the folder now."""
    with step("sums and bill of materials"):
        (folder / SBOM).write_text(json.dumps(bill_of_materials(), indent=1) + "\n", "utf-8")
        files = sorted(file for file in folder.iterdir() if file.is_file() and file.name != SUMS)
        lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
        (folder / SUMS).write_text("".join(lines), "utf-8")


def bill_of_materials() -> dict[str, Any]:
    """CycloneDX 1.5 of the packages that Cupola runs on, as they are locked; the same for the same commit."""
    lock = (PACKAGING / "requirements.lock").read_text("utf-8")
    found = [part for part in _LOCKED.findall(lock) if part[0] not in _ONLY_BUILDS]
    own = f"pkg:generic/{NAME}@{VERSION}"
    parts = [_component(*part) for part in found]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, own + lock)}",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(commit_time())),
            "component": {"type": "application", "name": NAME, "version": VERSION, "bom-ref": own,
                          "licenses": [{"license": {"id": "MIT"}}]},
        },
        "components": parts,
        "dependencies": [{"ref": own, "dependsOn": sorted(part["bom-ref"] for part in parts)}],
    }  # fmt: skip


def _component(name: str, version: str, marker: str) -> dict[str, Any]:
    place = f"pkg:pypi/{name.lower().replace('_', '-')}@{version}"
    made: dict[str, Any] = {
        "type": "library",
        "name": name,
        "version": version,
        "purl": place,
        "bom-ref": place,
    }
    if marker:
        made["properties"] = [{"name": "cupola:only-if", "value": marker.strip()}]
    return made
