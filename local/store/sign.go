package store

import (
	"context"
	"crypto/subtle"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Headers of a request that carry its signature (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
const (
	algorithm     = "AWS4-HMAC-SHA256"
	dateHeader    = "X-Amz-Date"
	tokenHeader   = "X-Amz-Security-Token"
	payloadHeader = "X-Amz-Content-Sha256"
	dateFormat    = "20060102T150405Z"
	emptyPayload  = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

// signature is what the header Authorization says.
type signature struct {
	accessKey, day, region, service string
	headers                         []string
	value                           string
}

// readSignature reads the header; false where it is none of this algorithm.
func readSignature(header string) (s signature, ok bool) {
	rest, ok := strings.CutPrefix(header, algorithm+" ")
	if !ok {
		return s, false
	}
	parts := map[string]string{}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		parts[name] = value
	}
	scope := strings.Split(parts["Credential"], "/")
	if len(scope) != 5 || scope[4] != "aws4_request" || parts["SignedHeaders"] == "" || parts["Signature"] == "" {
		return s, false
	}
	return signature{scope[0], scope[1], scope[2], scope[3], strings.Split(parts["SignedHeaders"], ";"), parts["Signature"]}, true
}

// valid says whether a request was signed with the secret key: it is signed again with the same headers, and the signatures are compared.
func (s signature) valid(ctx context.Context, r *http.Request, secret string) bool {
	at, err := time.Parse(dateFormat, r.Header.Get(dateHeader))
	if err != nil || !strings.HasPrefix(r.Header.Get(dateHeader), s.day) {
		return false
	}
	again := &http.Request{Method: r.Method, Host: r.Host, Header: http.Header{}, URL: &url.URL{}}
	*again.URL = *r.URL
	again.URL.Host, again.URL.Scheme = r.Host, "http"
	token := ""
	for _, name := range s.headers {
		switch name = http.CanonicalHeaderKey(name); name {
		case "Host":
		case "Content-Length":
			again.ContentLength = r.ContentLength
		case tokenHeader:
			token = r.Header.Get(name)
		default:
			again.Header[name] = r.Header[name]
		}
	}
	payload := r.Header.Get(payloadHeader)
	if payload == "" {
		payload = emptyPayload
	}
	credentials := aws.Credentials{AccessKeyID: s.accessKey, SecretAccessKey: secret, SessionToken: token}
	err = v4.NewSigner().SignHTTP(ctx, credentials, again, payload, s.service, s.region, at, func(o *v4.SignerOptions) {
		o.DisableURIPathEscaping = s.service == "s3"
	})
	made, _ := readSignature(again.Header.Get("Authorization"))
	return err == nil && subtle.ConstantTimeCompare([]byte(made.value), []byte(s.value)) == 1
}
