"""The training as a Kubeflow pipeline. Its steps are few, since each is two pods of its own.

KFP keeps the text of a step's function, so that each imports what it needs from the package, which the image of the steps has.
"""

from typing import NamedTuple

from kfp import dsl
from kfp.dsl import Dataset, Input, Output

from . import NAME

IMAGE = "ghcr.io/modelway/train-fraud-detection-python:0.1.0"
"""Has this package and what requirements.lock names; the Dockerfile beside it makes it."""


@dsl.component(base_image=IMAGE, install_kfp_package=False)
def data(rows: int, seed: int, payments: Output[Dataset]) -> str:
    """Makes the payments, and returns their digest."""
    from fraud_detection import data as own

    digest = own.write(own.make(rows, seed), payments.path)
    payments.metadata["digest"] = digest
    return digest


@dsl.component(base_image=IMAGE, install_kfp_package=False)
def train_and_evaluate(payments: Input[Dataset], digest: str, commit: str, seed: int, depth: int, learning_rate: float, rounds: int) -> str:
    """Trains and measures a model in one run of MLflow, and returns the run's id."""
    from fraud_detection import data as own
    from fraud_detection.registry import train
    from fraud_detection.training import Parameters

    return train(own.read(payments.path), digest, commit, Parameters(depth=depth, learning_rate=learning_rate, rounds=rounds, seed=seed))


@dsl.component(base_image=IMAGE, install_kfp_package=False)
def register(run: str) -> NamedTuple("Registered", [("version", str), ("alias", str)]):
    """Makes a version of the run's model."""
    from typing import NamedTuple

    from fraud_detection import registry

    registered = NamedTuple("Registered", [("version", str), ("alias", str)])
    return registered(*registry.register(run))


@dsl.pipeline(name=NAME, description="Trains the model that tells how likely a card payment is fraudulent.")
def pipeline(
    rows: int = 40000, seed: int = 15, commit: str = "unknown", depth: int = 3, learning_rate: float = 0.1, rounds: int = 400,
) -> NamedTuple("Trained", [("run", str), ("version", str), ("alias", str), ("digest", str)]):
    """Makes data, trains, evaluates and registers."""
    made = data(rows=rows, seed=seed)
    trained = train_and_evaluate(payments=made.outputs["payments"], digest=made.outputs["Output"], commit=commit, seed=seed, depth=depth,
                                 learning_rate=learning_rate, rounds=rounds)
    trained.set_cpu_request("500m").set_cpu_limit("1").set_memory_request("1G").set_memory_limit("2G")
    registered = register(run=trained.output)
    outputs = NamedTuple("Trained", [("run", str), ("version", str), ("alias", str), ("digest", str)])
    return outputs(run=trained.output, version=registered.outputs["version"], alias=registered.outputs["alias"], digest=made.outputs["Output"])
