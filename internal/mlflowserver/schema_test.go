package mlflowserver_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// python is the environment of the training example, which has MLflow and the driver of MySQL.
const python = "../../.modelway/training/fraud-detection/bin/python"

// changes are those of the schema that lie between the releases of May 2026 and of this version, 3.17.2.
const changes = "8"

// before makes the schema that a release of MLflow before this one left, so many changes ago, with a run in it. Names of revisions are
// read from the migrations that MLflow brings.
const before = `
import os, sys
import sqlalchemy
from alembic import command
from alembic.script import ScriptDirectory
from mlflow.store.db import utils
from mlflow.store.tracking.dbmodels.initial_models import Base

engine = utils.create_sqlalchemy_engine(os.environ["MLFLOW_BACKEND_STORE_URI"])
config = utils._get_alembic_config(str(engine.url))
revisions = [r.revision for r in ScriptDirectory.from_config(config).walk_revisions("base", "heads")]
Base.metadata.create_all(engine)
with engine.begin() as connection:
    config.attributes["connection"] = connection
    command.upgrade(config, revisions[int(sys.argv[1])])
    for statement in (
        "INSERT INTO experiments (experiment_id, name, artifact_location, lifecycle_stage) VALUES (7, 'churn', 's3://mlflow/7', 'active')",
        "INSERT INTO runs (run_uuid, name, experiment_id, user_id, status, start_time, artifact_uri, lifecycle_stage, source_type) "
        "VALUES ('0a0a', 'first', 7, 'u', 'FINISHED', 1, 's3://mlflow/7/0a0a/artifacts', 'active', 'LOCAL')",
        "INSERT INTO params (run_uuid, ` + "`key`" + `, value) VALUES ('0a0a', 'depth', '3')",
    ):
        connection.execute(sqlalchemy.text(statement))
print(utils._get_schema_version(engine))
`

// after asks MLflow itself for what was written before.
const after = `
import os
from mlflow import MlflowClient
from mlflow.store.db import utils

engine = utils.create_sqlalchemy_engine(os.environ["MLFLOW_BACKEND_STORE_URI"])
utils._verify_schema(engine)
client = MlflowClient(os.environ["MLFLOW_BACKEND_STORE_URI"])
found = client.search_experiments(filter_string="name = 'churn'")
print([(client.get_run("0a0a").data.params, e.artifact_location) for e in found])
run = client.create_run(client.create_experiment("new", artifact_location="s3://mlflow/8"))
client.log_metric(run.info.run_id, "auc", 0.9)
print(client.get_run(run.info.run_id).data.metrics)
`

// database is a server of MySQL's kind.
type database struct {
	t    *testing.T
	port string
}

// startDatabase runs mysqld or mariadbd of this machine with an empty folder, until the test ends.
func startDatabase(t *testing.T) database {
	if _, err := os.Stat(python); err != nil {
		t.Skip("MLflow on MySQL needs Python 3.10 to 3.13 with packages: run `bash local/python.sh fraud-detection`")
	}
	program := ""
	for _, name := range []string{"mysqld", "mariadbd", "/usr/sbin/mysqld", "/usr/sbin/mariadbd"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Skip("MLflow on MySQL needs mysqld or mariadbd: install one, as with apt-get install mariadb-server")
	}
	folder := t.TempDir()
	require.NoError(t, os.Chmod(folder, 0o700))
	data := filepath.Join(folder, "data")
	own := []string{"--no-defaults", "--datadir=" + data, "--user=" + os.Getenv("USER")}
	if os.Getuid() == 0 {
		own[2] = "--user=root"
	}
	create := exec.Command(program, append(own, "--initialize-insecure")...)
	if install, err := exec.LookPath("mariadb-install-db"); err == nil {
		create = exec.Command(install, append(own, "--auth-root-authentication-method=normal", "--skip-test-db")...)
	}
	output, err := create.CombinedOutput()
	require.NoError(t, err, "%s", output)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	server := exec.Command(program, append(own, "--port="+port, "--bind-address=127.0.0.1", "--socket="+filepath.Join(folder, "s"),
		"--pid-file="+filepath.Join(folder, "pid"), "--skip-log-bin")...)
	var log bytes.Buffer
	server.Stdout, server.Stderr = &log, &log
	require.NoError(t, server.Start())
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		_ = server.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	d := database{t, port}
	require.Eventually(t, func() bool {
		connection, err := net.DialTimeout("tcp", "127.0.0.1:"+port, time.Second)
		if err == nil {
			_ = connection.Close()
		}
		return err == nil
	}, 2*time.Minute, 100*time.Millisecond, "the database listens")
	return d
}

// python runs a program with the address of a database.
func (d database) python(name, program string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(d.t.Context(), 10*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, python, append([]string{"-c", program}, args...)...)
	command.Env = append(os.Environ(), fmt.Sprintf("MLFLOW_BACKEND_STORE_URI=mysql+pymysql://root@127.0.0.1:%s/%s", d.port, name),
		"MLFLOW_DISABLE_TELEMETRY=true")
	output, err := command.CombinedOutput()
	return string(output), err
}

// create makes a database.
func (d database) create(name string) {
	d.t.Helper()
	output, err := d.python("", "import os, pymysql, sys; pymysql.connect(host='127.0.0.1', port=int(sys.argv[1]), user='root')."+
		"cursor().execute('CREATE DATABASE '+sys.argv[2])", d.port, name)
	require.NoError(d.t, err, output)
}

// migrate runs the program of the Job so many times at once, and returns what each said last.
func (d database) migrate(name string, times int) (said []string) {
	d.t.Helper()
	program, err := os.ReadFile("schema.py")
	require.NoError(d.t, err)
	type outcome struct {
		output string
		err    error
	}
	all := make(chan outcome, times)
	for range times {
		go func() {
			output, err := d.python(name, string(program))
			all <- outcome{output, err}
		}()
	}
	for range times {
		o := <-all
		require.NoError(d.t, o.err, o.output)
		lines := strings.Split(strings.TrimSpace(o.output), "\n")
		said = append(said, lines[len(lines)-1])
	}
	return said
}

// TestSchemaOnMySQL brings the schema of the version before to this one on a real server, by two programs at once of which one has nothing
// to do, keeps what was written, and makes a schema where there is none.
func TestSchemaOnMySQL(t *testing.T) {
	d := startDatabase(t)
	const done, current = "The schema is current now", "The schema is current"
	t.Run("the schema of the version before", func(t *testing.T) {
		d := database{t, d.port}
		d.create("older")
		output, err := d.python("older", before, changes)
		require.NoError(t, err, output)
		require.ElementsMatch(t, []string{done, current}, d.migrate("older", 2))
		output, err = d.python("older", after)
		require.NoError(t, err, output)
		require.Contains(t, output, "[({'depth': '3'}, 's3://mlflow/7')]\n{'auc': 0.9}\n")
		require.Equal(t, []string{current}, d.migrate("older", 1))
	})
	t.Run("no schema", func(t *testing.T) {
		d := database{t, d.port}
		d.create("empty")
		require.ElementsMatch(t, []string{done, current}, d.migrate("empty", 2))
	})
}
