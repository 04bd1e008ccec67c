"""The program: python -m fraud_detection train, or compile."""

import argparse
import json
import os
import subprocess
import sys
import warnings

from . import NAME, lineage

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COMPILED = os.path.join(ROOT, "pipeline.yaml")


def main() -> int:
    """Returns the exit code: 1 where a step fails, 2 for wrong options."""
    parser = argparse.ArgumentParser(prog="fraud_detection", description=__import__(__package__).__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("train", help="run the pipeline here, with the MLflow of MLFLOW_TRACKING_URI")
    training.add_argument("--rows", type=int, default=40000, help="payments to make, 1000 or more (default 40000)")
    training.add_argument("--seed", type=int, default=15, help="of the payments and of the training (default 15)")
    training.add_argument("--depth", type=int, default=3, help="of the trees (default 3)")
    training.add_argument("--work", required=True, help="folder for what steps hand to each other")
    training.add_argument("--result", help="file for the outcome, as JSON (default: none)")
    compiling = commands.add_parser("compile", help="write the pipeline as Kubeflow Pipelines takes it")
    compiling.add_argument("--to", default=COMPILED, help="the file (default pipeline.yaml)")
    chosen = parser.parse_args()
    warnings.filterwarnings("ignore", category=FutureWarning)
    if chosen.command == "compile":
        write(chosen.to)
        return 0
    return train(chosen)


def write(path: str) -> None:
    """Writes the compiled pipeline."""
    from kfp.compiler import Compiler

    from .pipeline import pipeline

    Compiler().compile(pipeline, path)


def train(chosen: argparse.Namespace) -> int:
    """Runs the steps as processes of this machine, one after the other."""
    if not os.environ.get("MLFLOW_TRACKING_URI"):
        print("fraud_detection: MLFLOW_TRACKING_URI is not set: it holds the address of an MLflow server; `make train MODEL=fraud-detection` "
              "starts one and sets it", file=sys.stderr)
        return 2
    # Steps are processes that import this package.
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [ROOT, os.environ.get("PYTHONPATH")]))
    for name, value in {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true", "GIT_PYTHON_REFRESH": "quiet",
                        "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true"}.items():
        os.environ.setdefault(name, value)
    from kfp import local

    from .pipeline import pipeline

    local.init(local.SubprocessRunner(use_venv=False), pipeline_root=chosen.work, raise_on_error=False)
    done = pipeline(rows=chosen.rows, seed=chosen.seed, commit=commit(), depth=chosen.depth)
    if not done.outputs:
        return 1
    outcome = {"model": NAME, **done.outputs}
    if chosen.result:
        with open(chosen.result, "w", encoding="utf-8") as file:
            json.dump(outcome, file)
    print(json.dumps(outcome))
    return 0


def commit() -> str:
    """Returns the commit of the code, with -dirty where files of this folder differ from it; "unknown" where nothing tells."""
    built = lineage.commit_of_image()
    if built:
        return built

    def git(*args: str) -> str:
        return subprocess.run(["git", "-C", ROOT, *args], capture_output=True, text=True, check=True, timeout=30).stdout.strip()

    try:
        return git("rev-parse", "HEAD") + ("-dirty" if git("status", "--porcelain", "--", ".") else "")
    except (OSError, subprocess.SubprocessError):
        return "unknown"


if __name__ == "__main__":
    sys.exit(main())
