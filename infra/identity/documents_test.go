package identity_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/modelway/modelway/infra/identity"
	"github.com/modelway/modelway/internal/iamdoc"
	"github.com/modelway/modelway/internal/recorder"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var notLetter = regexp.MustCompile(`[^a-z]+`)

// golden is the file of a named document.
func golden(name string) string {
	return "testdata/" + notLetter.ReplaceAllString(strings.ToLower(name), "-") + ".json"
}

func TestEveryDocumentIsValidAndHasAGolden(t *testing.T) {
	names := map[string]bool{}
	for _, named := range identity.All() {
		require.NoError(t, named.Document.Validate(), named.Name)
		require.False(t, names[named.Name], "%s is listed twice", named.Name)
		names[named.Name] = true
		recorder.GoldenJSON(t, golden(named.Name), named.Document)
	}
}

// A function that makes a document and is missing in All would miss the checks and the documentation.
func TestAllListsEveryDocument(t *testing.T) {
	listed, err := os.ReadFile("documents.go")
	require.NoError(t, err)
	makers := 0
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, declaration := range file.Decls {
			function, ok := declaration.(*ast.FuncDecl)
			if !ok || !function.Name.IsExported() || !strings.HasSuffix(function.Name.Name, "Policy") {
				continue
			}
			makers++
			require.Contains(t, string(listed), function.Name.Name+"(", "All lacks what %s makes", function.Name.Name)
		}
	}
	require.Equal(t, 3, makers)
}

// Whatever the names, a model reaches objects below its own prefix and lists nothing else.
func TestModelStorePolicyEndsAtThePrefix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bucket := "arn:aws:s3:::" + rapid.StringMatching(`[a-z0-9][a-z0-9-]{1,61}[a-z0-9]`).Draw(t, "bucket")
		prefix := rapid.StringMatching(`[a-z0-9-]{1,30}(/[a-z0-9_-]{1,30}){0,2}`).Draw(t, "prefix")
		write := rapid.Bool().Draw(t, "write")
		var keys []string
		if rapid.Bool().Draw(t, "encrypted") {
			keys = []string{"arn:aws:kms:us-east-1:123456789012:key/1234abcd"}
		}
		document := identity.ModelStorePolicy(bucket, prefix, write, keys...)
		require.NoError(t, document.Validate())
		require.Len(t, document.Statements, 2+len(keys))
		writes := false
		for _, s := range document.Statements {
			switch s.Sid {
			case "List":
				require.Equal(t, iamdoc.Values{bucket}, s.Resource)
				require.Equal(t, iamdoc.Values{prefix + "/*"}, s.Condition["StringLike"]["s3:prefix"])
			case "UseKeys":
				require.Equal(t, iamdoc.Values(keys), s.Resource)
				require.Equal(t, iamdoc.Values{bucket, bucket + "/" + prefix + "/*"}, s.Condition["StringLike"]["kms:EncryptionContext:aws:s3:arn"])
			default:
				require.Equal(t, iamdoc.Values{bucket + "/" + prefix + "/*"}, s.Resource)
			}
			for _, action := range s.Action {
				writes = writes || strings.Contains(action, "Put") || strings.Contains(action, "Delete") || strings.Contains(action, "Generate")
			}
		}
		require.Equal(t, write, writes)
	})
}

// Whatever the folders, a model reads and lists them alone, and writes nothing.
func TestModelFilesPolicyEndsAtTheFolders(t *testing.T) {
	a, b := identity.BucketFolder{Bucket: "arn:aws:s3:::models", Prefix: "churn/3"}, identity.BucketFolder{Bucket: "arn:aws:s3:::others",
		Prefix: "churn/4"}
	document := identity.ModelFilesPolicy("us-east-1", a, b)
	require.NoError(t, document.Validate())
	listed, read := map[string]iamdoc.Values{}, iamdoc.Values{}
	for _, s := range document.Statements {
		switch {
		case strings.HasPrefix(s.Sid, "ListFiles"):
			require.Equal(t, iamdoc.Values{"s3:ListBucket"}, s.Action)
			listed[s.Resource[0]] = s.Condition["StringLike"]["s3:prefix"]
		case strings.HasPrefix(s.Sid, "ReadFiles"):
			require.Equal(t, iamdoc.Values{"s3:GetObject"}, s.Action)
			read = append(read, s.Resource...)
		default:
			require.Equal(t, iamdoc.Values{"kms:Decrypt"}, s.Action)
			require.Equal(t, iamdoc.Values{"arn:aws:s3:::models", "arn:aws:s3:::models/churn/3/*", "arn:aws:s3:::others",
				"arn:aws:s3:::others/churn/4/*"},
				s.Condition["StringLike"]["kms:EncryptionContext:aws:s3:arn"])
		}
	}
	require.Equal(t, map[string]iamdoc.Values{"arn:aws:s3:::models": {"churn/3/*"}, "arn:aws:s3:::others": {"churn/4/*"}}, listed)
	require.Equal(t, iamdoc.Values{"arn:aws:s3:::models/churn/3/*", "arn:aws:s3:::others/churn/4/*"}, read)
	_, err := identity.ModelFilesPolicy("us-east-1", identity.BucketFolder{Bucket: "arn:aws:s3:::models", Prefix: "churn/*"}).JSON()
	require.ErrorContains(t, err, "is not a path of letters")
}

func TestModelStorePolicyRefusesWhatWouldReachFurther(t *testing.T) {
	for _, prefix := range []string{"", "*", "churn*", "churn/*", "/churn", "churn/", "a//b", "a/../b", "a?", "${aws:username}"} {
		_, err := identity.ModelStorePolicy("arn:aws:s3:::models", prefix, false).JSON()
		require.ErrorContains(t, err, "is not a path of letters", prefix)
	}
	_, err := identity.ModelStorePolicy("arn:aws:s3:::*", "churn", false, "*").JSON()
	require.ErrorContains(t, err, `the bucket "arn:aws:s3:::*" is not the ARN of an S3 bucket`)
	require.ErrorContains(t, err, `the key "*" is not the ARN of a KMS key`)
}
