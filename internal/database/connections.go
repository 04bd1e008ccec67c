package database

// Client is a program that keeps connections to the database.
type Client struct {
	// Name is what people call it.
	Name string
	// Pods is how many there are at most, those that a rollout adds included.
	Pods int
	// Processes is how many of a pod's processes connect, and Pools how many pools of connections each of them keeps.
	Processes, Pools int
}

// Clients are all that the database has room for, whether they are installed or not, at the most pods that the platform runs of each.
// MLflow has two pods of two workers in production, and one more while they are replaced; each worker has a pool for runs and one for the
// registry of models (mlflow/store/tracking/sqlalchemy_store.py and mlflow/store/model_registry/sqlalchemy_store.py of 3.17.2). Of Kubeflow
// Pipelines the API server and the metadata server connect (https://github.com/kubeflow/pipelines/tree/2.17.0/manifests/kustomize/base), one
// pod each, and another while it is replaced.
var Clients = []Client{
	{Name: "MLflow", Pods: 3, Processes: 2, Pools: 2},
	{Name: "API server of Kubeflow Pipelines", Pods: 2, Processes: 1, Pools: 1},
	{Name: "metadata server of Kubeflow Pipelines", Pods: 2, Processes: 1, Pools: 1},
}

// Bounds of a pool.
const (
	// reserved are connections that no client gets: for people, for jobs that change the schema, and for RDS itself.
	reserved = 10
	// maxPool is as many as a client has use for.
	maxPool = 20
)

// Pool is how many connections each pool of a client may have, so that all of them together leave some of the server's free, 1 to 20.
func (c Class) Pool() int {
	pools := 0
	for _, client := range Clients {
		pools += client.Pods * client.Processes * client.Pools
	}
	return min((c.MaxConnections()-reserved)/pools, maxPool)
}
