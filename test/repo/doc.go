// Package repo holds tests of the whole repository: who may import whom, what is pinned where, and that the documentation says
// what is there. It has no code of its own.
package repo
