package modelspec

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/modelway/modelway/internal/artifact"
	"github.com/modelway/modelway/internal/aws"
	"github.com/modelway/modelway/internal/kserve"
	"github.com/modelway/modelway/internal/strict"
)

const (
	uriAllowed    = "s3://<bucket>/<prefix>/, which ends in a slash"
	uriExample    = "s3://company-models/churn/3/"
	digestAllowed = "sha256: and 64 hexadecimal digits"
	// filesPattern is for the schema; validation says more. No part of the prefix is dots alone.
	filesPattern  = `^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([A-Za-z0-9_.-]*[A-Za-z0-9_-][A-Za-z0-9_.-]*/)+$`
	digestPattern = artifact.Pattern
	// maxPrefix leaves a half of the 1,024 bytes that a key may have to the names of the files
	// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html), and lets the policy of the model's role, which names the
	// prefixes of the model and its canary twice each, keep within 6,144 characters
	// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
	maxPrefix = 512
)

var (
	// prefixSyntax has the characters that S3 calls safe and that mean nothing else in a policy, since the model's role is limited to the
	// prefix (https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html).
	prefixSyntax = regexp.MustCompile(`^([A-Za-z0-9_.-]+/)*[A-Za-z0-9_.-]+/?$`)
	digestSyntax = regexp.MustCompile(digestPattern)
	bareDigest   = regexp.MustCompile(`^[0-9a-f]{64}$`)
	// addressS3 is the address of an object by HTTPS (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html).
	addressS3 = regexp.MustCompile(`^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.s3[.-][a-z0-9.-]*amazonaws\.com$`)
)

// validateSource wants either an image or files, and of files nothing that only an image can have.
func (e *entry) validateSource() {
	switch {
	case e.given("model") && e.Given("image"):
		problem := "is given beside image (" + e.Origin("image").Place() + "), and a model is one of the two"
		e.Fault(e.first("model"), problem, "image, or model", "remove image, or remove model")
	case e.given("model"):
		e.validateFormat()
		e.validateFolder("model", e.model.Files.URI, e.model.Files.Digest)
		e.validateRuntime()
	case !e.Given("image"):
		e.Fault(e.Origin("image"), "is missing", imageAllowed, "add image: with the image to run, or model: with the files to serve")
	default:
		e.validateImageAt("image", e.model.Image)
	}
}

// given reports whether a mapping is given, or one of its keys by an override.
func (e *entry) given(key string) bool {
	return e.Given(key) || e.Given(key+".uri") || e.Given(key+".digest")
}

// first is where a mapping is given, or the first of its keys by an override.
func (e *entry) first(key string) strict.Fault {
	for _, at := range []string{key, key + ".uri", key + ".digest"} {
		if e.Given(at) {
			return e.Origin(at)
		}
	}
	return e.Origin(key)
}

func (e *entry) validateFormat() {
	const key = "model.format"
	name := e.model.Files.Format
	allowed := strings.Join(kserve.Names(), ", ")
	flavor, isFlavor := kserve.Flavors[strings.ToLower(name)]
	switch _, known := kserve.Find(name); {
	case e.Rejected("model") || e.Rejected(key) || known:
	case !e.Given(key):
		e.Fault(e.Origin(key), "is missing", allowed, "add format: with the kind of the files")
	case isFlavor:
		e.Fault(e.Origin(key), strconv.Quote(name)+" has no runtime that answers the contract", allowed,
			fmt.Sprintf("write format: mlflow, and save the model with mlflow.%s.save_model", flavor))
	default:
		fix := "write one of them, or serve the model from an image of your own"
		if meant, ok := strict.Suggest(name, kserve.Names()); ok {
			fix = fmt.Sprintf("did you mean %q?", meant)
		}
		e.Fault(e.Origin(key), strconv.Quote(name)+" is not a format", allowed, fix)
	}
}

// validateFolder checks address and digest of the files of a version.
func (e *entry) validateFolder(key, uri, digest string) {
	if e.Rejected(key) {
		return
	}
	switch at := e.Origin(key + ".uri"); {
	case e.Rejected(key + ".uri"):
	case !e.Given(key + ".uri"):
		e.Fault(at, "is missing", uriAllowed, "add uri: with the folder of the files, such as "+uriExample)
	default:
		if problem, fix := uriProblem(uri); problem != "" {
			e.Fault(at, strconv.Quote(uri)+" "+problem, uriAllowed, fix)
		}
	}
	const take = "write what `modelway store digest` prints for the folder"
	switch at := e.Origin(key + ".digest"); {
	case e.Rejected(key + ".digest"):
	case !e.Given(key + ".digest"):
		e.Fault(at, "is missing", digestAllowed, "add digest: with what `modelway store digest` prints for the folder")
	case digest == artifact.Manifest{}.Digest():
		e.Fault(at, "is the digest of no files", digestAllowed, take)
	case digestSyntax.MatchString(digest):
	case digestSyntax.MatchString(strings.ToLower(digest)):
		e.Fault(at, strconv.Quote(digest)+" has upper case letters", digestAllowed, "write "+strings.ToLower(digest))
	case bareDigest.MatchString(strings.ToLower(digest)):
		e.Fault(at, strconv.Quote(digest)+" does not say that it is a SHA-256", digestAllowed, "write sha256:"+strings.ToLower(digest))
	default:
		e.Fault(at, strconv.Quote(digest)+" is not a digest", digestAllowed, take)
	}
}

// uriProblem returns what keeps a text from being the address of a folder, and how to mend it, or nothing.
func uriProblem(uri string) (problem, fix string) {
	rest, isS3 := strings.CutPrefix(uri, artifact.Scheme)
	bucket, prefix, _ := strings.Cut(rest, "/")
	const put = "copy the files to S3 with `modelway store put`, and write the address that it prints"
	example := artifact.Scheme + bucket + "/churn/3/"
	switch {
	case !isS3 && s3Address(uri) != "":
		return "is the address of a web page", "write " + s3Address(uri)
	case !isS3:
		return "is not in S3", put
	case !aws.BucketName.MatchString(bucket) || strings.Contains(bucket, ".."):
		return fmt.Sprintf("has no valid bucket: %q", bucket),
			"write the bucket's name, 3 to 63 lower case letters, digits, dots and hyphens, as in " + uriExample
	case aws.NotABucket(bucket) != "":
		return fmt.Sprintf("has %s in place of a general purpose bucket: %q", aws.NotABucket(bucket), bucket),
			"write the name of a general purpose bucket, as in " + uriExample
	case strings.Trim(prefix, "/") == "":
		return "is a whole bucket", "put the files into a folder, and name it as in " + example
	case !prefixSyntax.MatchString(prefix) || strings.Contains(prefix, ".."):
		return "has a prefix with other characters than letters, digits, slashes and _ . -, or with empty parts",
			"rename the folder, as in " + example
	case len(prefix) > maxPrefix:
		return fmt.Sprintf("has a prefix of %d characters", len(prefix)), fmt.Sprintf("shorten it to %d, as in %s", maxPrefix, example)
	case !strings.HasSuffix(prefix, "/"):
		return "does not end in a slash, so that it is also the beginning of other folders, such as " + uri + "0/", "write " + uri + "/"
	}
	if _, err := artifact.ParseLocation(uri); err != nil { // with which the storage initializer reads it
		return "has a part that names no folder", "rename the folder, as in " + example
	}
	return "", ""
}

// s3Address is the folder in S3 that an address by HTTPS leads to; "" where that cannot be told.
func s3Address(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	host := addressS3.FindStringSubmatch(parsed.Hostname())
	if host == nil {
		return ""
	}
	uri := artifact.Scheme + host[1] + "/" + strings.Trim(parsed.Path, "/") + "/"
	if problem, _ := uriProblem(uri); problem != "" {
		return ""
	}
	return uri
}

// validateRuntime refuses what the runtime of the format decides, or what it cannot do.
func (e *entry) validateRuntime() {
	m := e.model
	format, known := kserve.Find(m.Files.Format)
	if !known {
		return
	}
	if m.Port != kserve.Port && !e.Rejected("port") {
		problem := fmt.Sprintf("%d is not where the runtime %s listens", m.Port, format.Runtime)
		e.Fault(e.Origin("port"), problem, strconv.Itoa(kserve.Port), "remove the key")
	}
	if m.Compute == ComputeGPU {
		e.Fault(e.Origin("compute"), fmt.Sprintf("%q is of no use to format %s, whose runtime has no code for GPUs", m.Compute, format.Name),
			ComputeFargate+", "+ComputeNodes, "set compute: nodes, or serve the model from an image of your own")
	}
	if m.Storage == StorageReadWrite {
		e.Fault(e.Origin("storage"), fmt.Sprintf("%q lets the pods write, and the runtime %s only reads", m.Storage, format.Runtime),
			StorageNone+", "+StorageRead, "set storage: read, or serve the model from an image of your own")
	}
	for key, variables := range map[string]map[string]string{"env": m.Env, "canary.env": m.Canary.Env, "secrets": m.Secrets} {
		e.validateReserved(key, variables)
	}
	e.validateTemplates("env", m.Env)
	e.validateTemplates("canary.env", m.Canary.Env)
}

// validateTemplates refuses what KServe takes for the beginning of a template: it fills in the container as a text/template of Go, and
// makes no pod where that fails
// (https://github.com/kserve/kserve/blob/v0.20.0/pkg/controller/v1beta1/inferenceservice/utils/utils.go, ReplacePlaceholders).
func (e *entry) validateTemplates(key string, variables map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if strings.Contains(variables[name], "{{") {
			e.Fault(e.Origin(key+"."+name), strconv.Quote(variables[name])+" has {{, which KServe takes for the beginning of a template",
				"a text without {{", "put the text into a Secret and name it below secrets, or serve the model from an image of your own")
		}
	}
}

// validateReserved refuses variables that KServe sets or forbids. The runtime serves the model under its own name whatever MODEL_NAME says.
func (e *entry) validateReserved(key string, variables map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		at := e.Origin(key + "." + name)
		if reason, reserved := kserve.ReservedEnv[name]; reserved {
			e.Fault(at, "is "+reason, "any other name", "remove it")
		}
		if name == EnvModelName && (key == "secrets" || variables[name] != e.model.Name) {
			e.Fault(at, "differs from the name under which the runtime serves the model, "+e.model.Name, "the name of the model", "remove it")
		}
	}
}

// validateCanarySource wants of the canary what the model has: an image, or files.
func (e *entry) validateCanarySource() {
	c, files := e.model.Canary, e.given("model") && !e.Given("image")
	switch {
	case e.given("model") && e.Given("image"): // which of them the canary has to follow is open
	case files && e.Given("canary.image"):
		e.Fault(e.Origin("canary.image"), "is an image, and the model is served from files", "canary.model",
			"remove it, and add canary.model with uri and digest")
	case files && !e.given("canary.model"):
		e.Fault(e.Origin("canary.model"), "is missing", "uri and digest",
			"add model: with uri and digest of the canary's files, or remove canary")
	case files:
		e.validateFolder("canary.model", c.Files.URI, c.Files.Digest)
		e.validateSameFolder()
	case e.given("canary.model"):
		e.Fault(e.first("canary.model"), "are files, and the model is served from an image", "canary.image", "remove it, and add canary.image")
	case !e.Given("canary.image"):
		e.Fault(e.Origin("canary.image"), "is missing", imageAllowed, "add the image of the canary, or remove canary")
	default:
		e.validateImageAt("canary.image", c.Image)
	}
}

// validateSameFolder wants one digest for one folder: pods of one of the two would never start.
func (e *entry) validateSameFolder() {
	const key = "canary.model.digest"
	files, canary := e.model.Files, e.model.Canary.Files
	valid := digestSyntax.MatchString(files.Digest) && digestSyntax.MatchString(canary.Digest) && !e.Rejected("canary.model")
	if valid && files.URI == canary.URI && files.Digest != canary.Digest {
		e.Fault(e.Origin(key), "differs from model.digest, and the folder is the same", "one digest for a folder",
			"put the files of the canary into a folder of their own")
	}
}
