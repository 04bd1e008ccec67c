package command

import "testing"

// TestKilledReading kills the engine and its plugins during refresh and preview. Each ends with a message that names the cause, and
// succeeds when it is repeated.
func TestKilledReading(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.succeed("up")
	for _, kill := range []struct{ verb, victim, with string }{
		{"refresh", "engine", "engine"}, // while it opens the stack
		{"refresh", "kubernetes plugin", "kubernetes plugin"},
		{"preview --stack local", "engine", "eks plugin"},
		{"preview --stack local", "aws plugin", "aws plugin"},
	} {
		t.Run(kill.verb+" without "+kill.victim, func(t *testing.T) {
			s, v, with := s.with(t), victimNamed(kill.victim), victimNamed(kill.with)
			s.upset(kill.verb, nil, v.cause, func(command int) bool { return len(with.find(command, s.c)) > 0 && v.kill(command, s.c) })
			s.succeed(kill.verb)
		})
	}
}
