package delivery_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/modelway/modelway/internal/permissions"
)

var resourceType = regexp.MustCompile(`\$(aws:[a-zA-Z0-9]+/[a-zA-Z0-9]+:[a-zA-Z0-9]+)::`)

// A type that the program registers and the table lacks would make a deployment fail half-way.
func TestTheTableHasEveryTypeOfThePlatform(t *testing.T) {
	goldens, err := filepath.Glob("../../platform/testdata/*.urns.golden")
	require.NoError(t, err)
	require.NotEmpty(t, goldens)
	for _, golden := range goldens {
		text, err := os.ReadFile(golden)
		require.NoError(t, err)
		found := resourceType.FindAllStringSubmatch(string(text), -1)
		require.NotEmpty(t, found, golden)
		for _, f := range found {
			require.True(t, permissions.Covers(f[1]), "%s has %s: add what it needs to internal/aws/kinds", golden, f[1])
		}
	}
	require.False(t, permissions.Covers("aws:lambda/function:Function"))
}

// constructor is how infra's components register resources of the AWS SDK.
var constructor = regexp.MustCompile(`\b(acm|budgets|cloudwatch|ec2|ecr|eks|awseks|iam|kms|route53|s3|vpc)\.New([A-Z][A-Za-z0-9]*)\(`)

// Types that only some configurations register are found in the sources.
func TestTheTableHasEveryTypeOfTheComponents(t *testing.T) {
	files, err := filepath.Glob("../*/*.go")
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, f := range constructor.FindAllStringSubmatch(string(text), -1) {
			module, kind := f[1], f[2]
			if module == "awseks" {
				module = "eks"
			}
			typ := "aws:" + module + "/" + string(kind[0]|0x20) + kind[1:] + ":" + kind
			seen[typ] = true
			require.True(t, permissions.Covers(typ), "%s registers %s: add what it needs to internal/aws/kinds", file, typ)
		}
	}
	require.Greater(t, len(seen), 25)
}

// awsPolicy is the name of a policy of AWS as a string of its own; those for people in a cluster are not attached to roles.
var (
	awsPolicy    = regexp.MustCompile(`"((?:service-role/)?Amazon[A-Za-z0-9_]+)"`)
	accessPolicy = regexp.MustCompile(`^AmazonEKS(ClusterAdmin|Admin|AdminView|Edit|View)Policy$`)
)

// A policy that a component attaches and the deploying role may not would make a deployment fail half-way.
func TestEveryPolicyThatComponentsAttachIsAttachable(t *testing.T) {
	files, err := filepath.Glob("../*/*.go")
	require.NoError(t, err)
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "../delivery/") {
			continue
		}
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, f := range awsPolicy.FindAllStringSubmatch(string(text), -1) {
			if accessPolicy.MatchString(f[1]) {
				continue
			}
			found++
			require.Contains(t, permissions.AttachablePolicies, f[1], "%s attaches it", file)
		}
	}
	require.GreaterOrEqual(t, found, 4)
}
