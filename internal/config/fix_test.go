package config

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/encoding"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/modelway/modelway/internal/compute"
	"github.com/modelway/modelway/internal/stackfile"
	"github.com/modelway/modelway/internal/strict"
)

// mender applies printed fixes to a stack's file: commands of the Pulumi CLI with the code that the CLI itself runs, and
// advice as a reader would.
type mender struct {
	file        string
	alternative int // of the fixes that have two, which one to take
}

// TestFixesOfSettings applies the fixes that are printed for each broken configuration, until it passes. Nothing is
// reported again once it is mended.
func TestFixesOfSettings(t *testing.T) {
	files, err := filepath.Glob("testdata/faults/*.yaml")
	require.NoError(t, err)
	for _, file := range files {
		for alternative := range 2 {
			t.Run(fmt.Sprintf("%s/%d", strings.TrimSuffix(filepath.Base(file), ".yaml"), alternative), func(t *testing.T) {
				m := mender{filepath.Join(t.TempDir(), "Pulumi.dev.yaml"), alternative}
				content, err := os.ReadFile(file)
				require.NoError(t, err)
				require.NoError(t, os.WriteFile(m.file, content, 0o600))
				m.untilItPasses(t)
			})
		}
	}
}

// TestMendedTagsAreAsWritten holds the digits of a tag, which YAML reads as the number 83.
func TestMendedTagsAreAsWritten(t *testing.T) {
	m := mender{file: filepath.Join(t.TempDir(), "Pulumi.dev.yaml")}
	content, err := os.ReadFile("testdata/faults/tag-with-zeros.yaml")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(m.file, content, 0o600))
	require.Equal(t, map[string]string{"CostCenter": "00123", "Since": "1_000", "Rate": "1.50"}, m.untilItPasses(t).Tags)
}

// TestDaysWithoutQuotes loads the exception of the documentation, as YAML and the Pulumi CLI pass it on.
func TestDaysWithoutQuotes(t *testing.T) {
	for _, day := range []string{`2027-03-31`, `2027-03-31 00:00:00 +0000 UTC`} {
		policies, err := LoadPolicies(Values{StackName: "dev", Settings: map[string]string{
			"modelway:policies": fmt.Sprintf(`{"exceptions":[{"rule":"a","resource":"b","reason":"c","expires":%q}]}`, day),
		}})
		require.NoError(t, err)
		require.Equal(t, "2027-03-31", policies.Exceptions[0].Expires)
	}
}

// TestOverridesTakeNumbers sets quantities with pulumi config set --path, which stores numbers.
func TestOverridesTakeNumbers(t *testing.T) {
	values := readStackFile(t, "dev", "testdata/faults/override-quantity.yaml")
	values.Settings["modelway:models"] = `{"overrides":{"churn":{"resources":{"cpu":2,"memory":4000000000}}}}`
	config, err := Load(values)
	require.NoError(t, err)
	require.Equal(t, "2", *config.Models.Overrides["churn"].Resources.CPU)
	require.Equal(t, "4000000000", *config.Models.Overrides["churn"].Resources.Memory)
}

func (m mender) untilItPasses(t *testing.T) Config {
	t.Helper()
	seen := map[string]bool{}
	for range 8 {
		settings, err := stackfile.Read(filepath.Join(projectRoot, "Pulumi.yaml"), m.file)
		require.NoError(t, err)
		config, err := Load(Values{StackName: "dev", Settings: settings.Config, File: m.file})
		if err == nil {
			return config
		}
		var all *Error
		require.ErrorAs(t, err, &all)
		for i := len(all.Faults) - 1; i >= 0; i-- { // the last items of lists first, so that the others keep their places
			fault := all.Faults[i]
			line := fault.Key + fault.Problem + fault.Given + fault.Fix
			require.False(t, seen[line], "mended, and reported again: %v", fault)
			seen[line] = true
			m.mend(t, fault)
		}
	}
	t.Fatal("still broken")
	return Config{}
}

// mend applies one alternative of the fix, line by line.
func (m mender) mend(t *testing.T, fault Fault) {
	t.Helper()
	alternatives := strings.Split(fault.Fix, "\nor: ")
	for line := range strings.SplitSeq(alternatives[min(m.alternative, len(alternatives)-1)], "\n") {
		if advice, isAdvice := strings.CutPrefix(line, "in Pulumi.dev.yaml, "); isAdvice {
			m.edit(t, fault, advice)
		} else {
			m.run(t, line)
		}
	}
}

var shellWord = regexp.MustCompile(`'[^']*'|[^\s']+`)

// run does what `pulumi config` does with the command.
func (m mender) run(t *testing.T, command string) {
	t.Helper()
	command, _, _ = strings.Cut(command, " # ")
	var words []string
	path, typed := false, false
	given := shellWord.FindAllString(command, -1)
	require.Equal(t, []string{"pulumi", "config"}, given[:2], command)
	for i := 2; i < len(given); i++ {
		switch word := strings.Trim(given[i], "'"); word {
		case "--path":
			path = true
		case "--stack":
			i++
			require.Equal(t, "dev", given[i])
		case "--type":
			i++
			require.Equal(t, "string", given[i])
			typed = true
		default:
			words = append(words, word)
		}
	}
	project := &workspace.Project{Name: tokens.PackageName("modelway")}
	stack, err := workspace.LoadProjectStack(nil, project, m.file)
	require.NoError(t, err)
	namespace, name, _ := strings.Cut(words[1], ":")
	key := config.MustMakeKey(namespace, name)
	switch words[0] {
	case "rm":
		require.Len(t, words, 2, command)
		require.NoError(t, stack.Config.Remove(key, path), command)
	case "set":
		require.Len(t, words, 3, command)
		value := config.NewValue(words[2])
		if typed {
			value = config.NewTypedValue(words[2], config.TypeString)
		}
		require.NoError(t, stack.Config.Set(key, value, path), command)
	default:
		t.Fatalf("unknown command %s", command)
	}
	text, err := encoding.YAML.Marshal(struct {
		Config config.Map `yaml:"config"`
	}{stack.Config})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(m.file, text, 0o600))
}

// edit changes the file as a reader of the advice would.
func (m mender) edit(t *testing.T, fault Fault, advice string) {
	t.Helper()
	document, err := stackfile.Document(m.file)
	require.NoError(t, err)
	settings := document["config"].(map[string]any)
	namespace, rest, _ := strings.Cut(fault.Key, ":")
	steps, err := resource.ParsePropertyPath(rest)
	require.NoError(t, err)
	steps[0] = namespace + ":" + fmt.Sprint(steps[0])
	parent := any(settings)
	for _, step := range steps[:len(steps)-1] {
		if name, isKey := step.(string); isKey {
			parent = parent.(map[string]any)[name]
		} else {
			parent = parent.([]any)[step.(int)]
		}
	}
	last := steps[len(steps)-1]
	put := func(value any) {
		if index, isIndex := last.(int); isIndex {
			parent.([]any)[index] = value
		} else {
			parent.(map[string]any)[last.(string)] = value
		}
	}
	rename := func(from, to string) {
		object := parent.(map[string]any)
		if len(steps) == 1 {
			from, to = strict.FullKey(from), strict.FullKey(to)
		}
		require.Contains(t, object, from, advice)
		require.NotContains(t, object, to, advice)
		object[to] = object[from]
		delete(object, from)
	}
	one := func(object map[string]any) map[string]any {
		key := sortedKeys(object)[0]
		return map[string]any{key: object[key]}
	}
	match := func(pattern string) []string {
		return regexp.MustCompile("^" + pattern + "$").FindStringSubmatch(advice)
	}
	switch {
	case match(`rename it,? to (\S+)( for example)?`) != nil:
		rename(last.(string), match(`rename it,? to (\S+)( for example)?`)[1])
	case match(`rename (\S+) to (\S+)`) != nil:
		rename(match(`rename (\S+) to (\S+)`)[1], match(`rename (\S+) to (\S+)`)[2])
	case match(`(?:put it in quotes|write it without quotes|make it a list): (.*)`) != nil:
		var value any
		text := match(`(?:put it in quotes|write it without quotes|make it a list): (.*)`)[1]
		require.NoError(t, yaml.Unmarshal([]byte(text), &value), advice)
		if name, isKey := last.(string); isKey {
			value = value.(map[string]any)[name]
		}
		put(value)
	case match(`add to compute.fargateProfiles: (.*)`) != nil:
		var profile map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(match(`add to compute.fargateProfiles: (.*)`)[1]), &profile))
		compute := settings["modelway:compute"].(map[string]any)
		profiles, _ := compute["fargateProfiles"].([]any)
		compute["fargateProfiles"] = append(profiles, profile)
	case match(`add (.*) to the selectors of one profile`) != nil:
		profile := parent.(map[string]any)["fargateProfiles"].([]any)[0].(map[string]any)
		for added := range strings.SplitSeq(match(`add (.*) to the selectors of one profile`)[1], " and ") {
			var selector map[string]any
			require.NoError(t, yaml.Unmarshal([]byte(added), &selector))
			profile["selectors"] = append(profile["selectors"].([]any), selector)
		}
	case advice == "keep the labels that tell these pods from others", advice == "remove tags that nobody reads":
		put(one(parent.(map[string]any)[last.(string)].(map[string]any)))
	case strings.HasPrefix(advice, "use a shorter domain"):
		put("company.com")
	case strings.HasPrefix(advice, "correct the taint's key"), advice == "shorten the taint's key":
		put(map[string]any{"key": "dedicated-to-models", "effect": compute.NoExecute})
	default:
		t.Fatalf("no way to follow the advice %q", advice)
	}
	text, err := yaml.Marshal(document)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(m.file, text, 0o600))
}

// TestEveryTextHasAValueToShow puts an object in the place of every text of the settings, and wants a fix that can be followed: no value of Go in a command.
func TestEveryTextHasAValueToShow(t *testing.T) {
	texts := 0
	var walk func(node *strict.Schema, root string, wrap func(any) any)
	walk = func(node *strict.Schema, root string, wrap func(any) any) {
		switch {
		case node.Type == "array":
			walk(node.Items, root, func(item any) any { return wrap([]any{item}) })
		case node.Type == "string":
			texts++
			text, err := json.Marshal(wrap(map[string]any{"a": "b"}))
			require.NoError(t, err)
			_, err = Load(Values{StackName: "dev", Settings: map[string]string{root: string(text)}})
			require.Error(t, err)
			require.NotContains(t, err.Error(), "nil", "%s: %s", root, text)
		}
		if named := node.At(path{"a-name"}); named != nil && node.Type == "object" {
			walk(named, root, func(value any) any { return wrap(map[string]any{"a-name": value}) })
		}
		for name, property := range node.Properties {
			walk(property, root, func(value any) any { return wrap(map[string]any{name: value}) })
		}
	}
	for name, node := range rootSchema().Properties {
		if name != RegionKey {
			walk(node, strict.Namespace+":"+name, func(value any) any { return value })
		}
	}
	require.Greater(t, texts, 80)
}
