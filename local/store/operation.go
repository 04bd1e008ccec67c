package store

import (
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/johannesboyne/gofakes3"

	"github.com/modelway/modelway/local/aws"
)

// operation is a call of the S3 API: what it needs to be allowed, on which bucket and object, under which condition keys.
type operation struct {
	action, bucket, key string
	context             map[string][]string
}

// route is a call by its method, whether it is about an object, and the parameter that names it; "" for none.
type route struct {
	method    string
	object    bool
	parameter string
}

// actions are the calls that are served, with what each needs
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html). Whatever is not here is answered with
// NotImplemented.
var actions = map[route]string{
	{"HEAD", false, ""}:          "s3:ListBucket",
	{"GET", false, ""}:           "s3:ListBucket",
	{"GET", false, "location"}:   "s3:GetBucketLocation",
	{"GET", false, "versioning"}: "s3:GetBucketVersioning",
	{"POST", false, "delete"}:    "s3:DeleteObject",
	{"HEAD", true, ""}:           "s3:GetObject",
	{"GET", true, ""}:            "s3:GetObject",
	{"PUT", true, ""}:            "s3:PutObject",
	{"DELETE", true, ""}:         "s3:DeleteObject",
	{"POST", true, "uploads"}:    "s3:PutObject",
	{"PUT", true, "uploadId"}:    "s3:PutObject",
	{"POST", true, "uploadId"}:   "s3:PutObject",
	{"DELETE", true, "uploadId"}: "s3:AbortMultipartUpload",
}

// plain are the parameters that do not name a call of their own.
var plain = strings.Fields(
	`x-id list-type prefix delimiter max-keys marker continuation-token start-after encoding-type fetch-owner partNumber
	response-content-type response-content-language response-expires response-cache-control response-content-disposition
	response-content-encoding`)

var errNotServed = gofakes3.ErrorMessage(gofakes3.ErrNotImplemented,
	"the local store serves reading, listing, writing and deleting of objects, and nothing else of S3")

// operations are what a request does: one, or several where it deletes several objects or copies one.
func operations(r *http.Request) ([]operation, error) {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	query := r.URL.Query()
	call := route{method: r.Method, object: key != ""}
	for name := range query {
		if slices.Contains(plain, name) || strings.HasPrefix(name, "X-Amz-") {
			continue
		}
		if call.parameter != "" {
			return nil, errNotServed
		}
		call.parameter = name
	}
	if bucket == "" && r.Method == http.MethodGet {
		return []operation{{action: "s3:ListAllMyBuckets"}}, nil
	}
	action := actions[call]
	if action == "" || bucket == "" {
		return nil, errNotServed
	}
	if call.parameter == "delete" {
		return deletions(r, bucket)
	}
	all := []operation{{action: action, bucket: bucket, key: key, context: listing(action, query)}}
	if source := r.Header.Get("X-Amz-Copy-Source"); source != "" {
		source, err := url.QueryUnescape(source)
		if err != nil {
			return nil, gofakes3.ErrInvalidArgument
		}
		from, name, _ := strings.Cut(strings.TrimPrefix(source, "/"), "/")
		all = append(all, operation{action: "s3:GetObject", bucket: from, key: name})
	}
	return all, nil
}

// listing are the condition keys of a list (https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html).
func listing(action string, query url.Values) map[string][]string {
	if action != "s3:ListBucket" {
		return nil
	}
	context := map[string][]string{}
	for key, parameter := range map[string]string{"s3:prefix": "prefix", "s3:delimiter": "delimiter", "s3:max-keys": "max-keys"} {
		if query.Has(parameter) {
			context[key] = query[parameter]
		}
	}
	return context
}

// maxDeletions bounds what is read of a request that deletes several objects: 1,000 keys of 1,024 bytes, escaped.
const maxDeletions = 8 << 20

// deletions are those of a request for several, whose body is read and put back.
func deletions(r *http.Request, bucket string) (all []operation, err error) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxDeletions))
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	var asked gofakes3.DeleteRequest
	if err := xml.Unmarshal(body, &asked); err != nil {
		return nil, gofakes3.ErrMalformedXML
	}
	for _, object := range asked.Objects {
		all = append(all, operation{action: "s3:DeleteObject", bucket: bucket, key: object.Key})
	}
	return all, nil
}

// allow refuses what a session may not do. An object that is not there is only told to whoever may list its bucket
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_Permissions).
func (s *Server) allow(state *aws.State, who session, all []operation) error {
	for _, o := range all {
		if o.bucket == "" {
			if err := authorize(state, who, ask{action: o.action, resource: "*"}); err != nil {
				return err
			}
			continue
		}
		if state.Get(aws.BucketV2, o.bucket) == nil {
			return gofakes3.BucketNotFound(o.bucket)
		}
		for _, asked := range asksOf(state, o) {
			if err := authorize(state, who, asked); err != nil {
				return err
			}
		}
		if o.action == "s3:GetObject" {
			if _, err := s.folder.HeadObject(o.bucket, o.key); err != nil {
				list := operation{action: "s3:ListBucket", bucket: o.bucket}
				if err := authorize(state, who, asksOf(state, list)[0]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
