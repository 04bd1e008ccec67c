package command

import (
	"os"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unsynced waits until Argo CD says of models that they are not what their repository says.
func (d delivering) unsynced(models ...string) {
	d.t.Helper()
	d.await(func(c *assert.CollectT, a application) {
		assert.NotEqual(c, "Synced", a.Status.Sync.Status, a.message())
		assert.NotEmpty(c, a.Status.Conditions, a.message())
	}, models...)
}

// pushOver makes what there is the one commit of the branch.
func (d delivering) pushOver(message string) {
	d.t.Helper()
	d.git("checkout", "--quiet", "--orphan", "rewritten")
	d.commitAll(message)
	d.git("branch", "--quiet", "--move", "--force", "rewritten", "main")
	d.refresh()
}

// rewrite has a branch whose commits are unrelated to those before: with the same models, with those of somebody else, and as it was.
func (d delivering) rewrite() {
	d.same("a branch that is written anew replaces no pod", func() {
		d.pushOver("the same models")
		d.awaitDelivery()
		same := d.head()

		other, err := os.ReadFile(d.fileOf("recommender"))
		require.NoError(d.t, err)
		require.NoError(d.t, os.WriteFile(d.fileOf("churn"), other, 0o644))
		require.NoError(d.t, os.Remove(d.fileOf("recommender")))
		require.NoError(d.t, os.Rename(d.fileOf("fraud-detection"), d.fileOf("unknown")))
		d.pushOver("other models")
		d.unsynced(d.models...)
		d.awaitWord("churn", "Shared resource found")

		d.git("reset", "--quiet", "--hard", same)
		d.refresh()
		d.awaitDelivery()
	})
}

// empty has a file without objects, and then no files.
func (d delivering) empty() {
	d.same("an empty rendering ends no pod", func() {
		require.NoError(d.t, os.WriteFile(d.fileOf("churn"), []byte("# nothing\n"), 0o644))
		d.push("a model without objects")
		d.unsynced("churn")
		require.NoError(d.t, os.RemoveAll(d.rendered("models")))
		d.push("no models")
		d.unsynced(d.models...)
		d.render("the models again")
		d.awaitDelivery()
	})
}

// away has no repository for a while.
func (d delivering) away() {
	d.same("a repository that is away ends no pod", func() {
		require.NoError(d.t, os.Rename(d.folder, d.folder+".away"))
		d.refresh()
		d.unsynced(d.models...)
		require.NoError(d.t, os.Rename(d.folder+".away", d.folder))
		d.refresh()
		d.awaitDelivery()
	})
}
