"""Runs `mlflow server` in this very process: the web server takes the place of the program that starts it.

Otherwise it would be a child, which goes on when the program is killed.
"""

import os
import sys

import mlflow.server
from mlflow.cli import cli


def become(command, *, extra_env=None, **_):
    """Stands for the start of a child."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(command[0], command, os.environ | (extra_env or {}))


mlflow.server._exec_cmd = become
cli(["server", *sys.argv[1:]])
