package chain

import (
	"context"
	"fmt"
	"time"
)

// walk is the way, chapter by chapter.
func (w *way) walk(ctx context.Context) error {
	for _, chapter := range []struct {
		title string
		steps []func(context.Context) error
	}{
		{"A platform", []func(context.Context) error{w.begin, w.up}},
		{"The first version", []func(context.Context) error{
			w.commit("Begin with three trees", edit{pipelineFile, "rounds: int = 400", "rounds: int = 3"}),
			w.train, w.promote(1, 0), w.release(1), w.delivered, w.answers, w.trace,
		}},
		{"A better version takes over", []func(context.Context) error{
			w.commit("Train up to 400 trees", edit{pipelineFile, "rounds: int = 3,", "rounds: int = 400,"}),
			w.train, w.promote(2, 25), w.deliver("Give version 2 a quarter of the requests"), w.divided,
			w.change("finish"), w.deliver("Give version 2 all requests"), w.only(2),
			w.change("settle"), w.deliver("Make version 2 the stable one"), w.change("settle"), w.deliver("End the canary"), w.only(2), w.answers,
			w.measured, w.trace,
		}},
		{"A faulty version is stopped", []func(context.Context) error{
			w.commit("Sort the inputs by name", edit{dataFile, `["amount_usd", "account_age_days", "merchant_risk"]`,
				`["account_age_days", "amount_usd", "merchant_risk"]`}),
			w.train, w.refused(3), w.revert,
		}},
		{"A version that passes is rolled back", []func(context.Context) error{
			w.commit("Train ten trees, to save time", edit{pipelineFile, "rounds: int = 400,", "rounds: int = 10,"}),
			w.train, w.promote(4, 50), w.deliver("Give version 4 half of the requests"), w.divided,
			w.change("rollback"), w.deliver("Give version 4 no requests"), w.only(2), w.trace,
		}},
		{"The end", []func(context.Context) error{w.sum, w.down}},
	} {
		w.t.chapter(chapter.title)
		for _, step := range chapter.steps {
			if err := step(ctx); err != nil {
				return err
			}
		}
	}
	fmt.Fprintf(w.Out, "\n%d steps in %.0f s\n", w.t.steps, time.Since(w.started).Seconds())
	return nil
}
