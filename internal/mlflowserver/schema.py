"""Brings the schema of MLflow's database to the version of this image, and makes it where there is none."""

import os
import sys
import time

import sqlalchemy
from mlflow.store.db import utils

LOCK, PATIENCE, TRIES = "modelway-mlflow-schema", 3600, 60

engine = utils.create_sqlalchemy_engine(os.environ["MLFLOW_BACKEND_STORE_URI"])


def connect():
    """Waits for a database that is not there yet, five minutes at most."""
    for attempt in range(1, TRIES + 1):
        try:
            return engine.connect()
        except sqlalchemy.exc.OperationalError as e:
            if attempt == TRIES:
                sys.exit(f"The database does not answer after {TRIES} tries: {e.orig}")
            print(f"The database does not answer yet: {e.orig}", flush=True)
            time.sleep(5)


def current():
    """Says whether the schema is of the version."""
    return utils._get_schema_version(engine) == utils._get_latest_schema_revision()


with connect() as holder:
    if engine.dialect.name == "mysql":
        # The lock goes with this connection, whatever becomes of the pod.
        if holder.execute(sqlalchemy.text("SELECT GET_LOCK(:name, :wait)"), {"name": LOCK, "wait": PATIENCE}).scalar() != 1:
            sys.exit(f"Another change of the schema has not ended after {PATIENCE} s: look at the Jobs of this namespace")
    if current():
        print("The schema is current")
    else:
        if utils._is_empty_database(engine):
            utils._initialize_tables(engine)
        else:
            utils._upgrade_db(engine)
        utils._verify_schema(engine)
        print("The schema is current now")
