"""Compares what a model was saved with to what is installed, before anything of the model is loaded."""

import codecs
import os
import sys
from dataclasses import dataclass, field
from importlib import metadata
from typing import Callable, Iterator, Optional

import yaml
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

# Packages of which one stands for another: they have the same modules.
_SAME = (
    {"mlflow", "mlflow-skinny"},
    {"onnxruntime", "onnxruntime-gpu"},
    {"xgboost", "xgboost-cpu"},
)
# Files that hold objects of Python, which another Python may not read.
_PICKLES = (".pkl", ".pickle", ".joblib", ".cloudpickle")
_FIX = ("build an image with what the model was saved with: README.md of modelserver/mlflow, \"An image for other libraries\", "
        "or save the model again with what is installed")


class Unfit(Exception):
    """Says everything that keeps a model from running in this image, and what to do."""


@dataclass
class Findings:
    """What differs: faults keep the model from running, warnings do not."""

    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def check(folder: str, python: tuple[int, int] = sys.version_info[:2],
          installed: Optional[Callable[[str], Optional[str]]] = None) -> list[str]:
    """Returns warnings about a model's folder. Raises Unfit where a package or the Python that it needs is not here."""
    if not os.path.isfile(os.path.join(folder, "MLmodel")):
        there = ", ".join(sorted(os.listdir(folder))[:10]) if os.path.isdir(folder) else ""
        raise Unfit(f"{folder} has no file MLmodel, but {there or 'nothing'}: give the folder that MLflow saved, "
                    "such as the artifact path of a logged model")
    flavor = _flavor(folder)
    found = Findings()
    _check_python(folder, flavor, python, found)
    for requirement in _requirements(folder, found):
        _check_package(requirement, installed or _version, found)
    if found.faults:
        raise Unfit("the model needs what this image does not have:\n" + "\n".join("  " + f for f in found.faults) + "\nfix: " + _FIX)
    return found.warnings


def _flavor(folder: str) -> dict:
    with open(os.path.join(folder, "MLmodel"), encoding="utf-8") as file:
        try:
            content = yaml.safe_load(file)
        except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
            raise Unfit(f"{folder}/MLmodel is not YAML: {error}; fix: save the model again") from error
    flavors = (content or {}).get("flavors") if isinstance(content, dict) else None
    flavors = flavors if isinstance(flavors, dict) else {}
    flavor = flavors.get("python_function")
    if not isinstance(flavor, dict):
        raise Unfit(f"{folder}/MLmodel has the flavors {', '.join(map(str, flavors)) or 'none'}; allowed: one with python_function; "
                    "fix: save the model with a flavor that MLflow loads as pyfunc")
    return flavor


def _check_python(folder: str, flavor: dict, here: tuple[int, int], found: Findings) -> None:
    wanted = str(flavor.get("python_version", ""))
    if not wanted or wanted.split(".")[:2] == [str(n) for n in here]:
        return
    text = f"Python {wanted}, with which it was saved; here is {here[0]}.{here[1]}"
    pickles = sorted(name for _, _, names in os.walk(folder) for name in names if name.endswith(_PICKLES))
    if pickles:
        found.faults.append(f"{text}, which may not read {', '.join(pickles[:3])}")
    else:
        found.warnings.append("the model names " + text)


def _requirements(folder: str, found: Findings) -> Iterator[Requirement]:
    path = os.path.join(folder, "requirements.txt")
    if not os.path.isfile(path):
        found.warnings.append("the model has no requirements.txt: what it needs is seen only when it is loaded")
        return
    try:
        text = _decoded(path).replace("\\\n", " ")
    except UnicodeDecodeError:
        found.warnings.append("requirements.txt is not UTF-8: it is not compared")
        return
    for line in text.splitlines():
        line = line.split(" #")[0].split(" --hash")[0].strip()
        if not line or line.startswith(("#", "-")):
            continue
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            found.warnings.append(f"requirements.txt has {line!r}, which is not compared")
            continue
        if requirement.marker is None or requirement.marker.evaluate():
            yield requirement


def _decoded(path: str) -> str:
    """Returns a text in UTF-8, or in UTF-16 where it begins with its mark, with line feeds alone at the ends of lines."""
    with open(path, "rb") as file:
        content = file.read()
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return "\n".join(content.decode("utf-16" if wide else "utf-8-sig").splitlines())


def _version(name: str) -> Optional[str]:
    for candidate in [name, *sorted(n for same in _SAME if name in same for n in same)]:
        try:
            return metadata.version(candidate)
        except metadata.PackageNotFoundError:
            pass
    return None


def _check_package(requirement: Requirement, installed: Callable[[str], Optional[str]], found: Findings) -> None:
    name = canonicalize_name(requirement.name)
    version = installed(name)
    if version is None:
        found.faults.append(f"{requirement}, which is not installed")
    elif not requirement.specifier.contains(version, prereleases=True):
        text = f"{requirement}; installed is {version}"
        if name.startswith("mlflow") or _same_release(requirement, version):
            found.warnings.append("the model names " + text)
        else:
            found.faults.append(text)


def _same_release(requirement: Requirement, version: str) -> bool:
    """Says whether a pinned version and another differ in their patch alone, such as 1.7.1 and 1.7.2."""
    try:
        pins = [Version(s.version).release[:2] for s in requirement.specifier if s.operator in ("==", "~=")]
        return bool(pins) and all(pin == Version(version).release[:2] for pin in pins)
    except InvalidVersion:
        return False
