package config

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzLoad gives one setting any text. The outcome is a configuration, or faults that each say what is wrong, what is allowed and the fix,
// at a length that can be read.
func FuzzLoad(f *testing.F) {
	for _, name := range rootSchema().Names() {
		for _, text := range []string{``, `{}`, `[]`, `null`, `"x"`, `1e100000`, `{"":{"":[]}}`, `[null]`} {
			f.Add(name, text)
		}
	}
	f.Add("network", `{"cidr":"10.0.0.0/33","natGateway":"two","zones":1e999}`)
	f.Add("compute", `{"nodeGroups":[{"name":"a","minSize":1e99999,"taints":[null]}],"fargate":{"profiles":[{}]}}`)
	f.Add("loadBalancers", `{"public":{"listeners":[{"protocol":"HTTP","port":-1},null],"domain":".."}}`)
	f.Add("models", `{"schedule":{"stop":"99 99 * * *","start":"TZ=X 0 0 * *","timeZone":"../x"}}`)
	f.Fuzz(func(t *testing.T, name, text string) {
		source := Values{StackName: "dev", Settings: map[string]string{"aws:region": "us-east-1", Namespace + ":" + name: text}}
		_, err := Load(source)
		if err == nil {
			return
		}
		var all *Error
		if !errors.As(err, &all) {
			t.Fatalf("%s = %q: %v", name, text, err)
		}
		require.NotEmpty(t, all.Faults)
		for _, fault := range all.Faults {
			require.NotEmpty(t, fault.Problem, fault.Key)
			require.NotEmpty(t, fault.Fix, fault.Key)
			require.Less(t, len(fault.Error()), 4000+4*(len(name)+len(text)), "%s = %q", name, text)
		}
		again := &Error{}
		_, err = Load(source)
		require.ErrorAs(t, err, &again)
		require.Equal(t, all.Error(), again.Error(), "the same faults in the same order")
	})
}
