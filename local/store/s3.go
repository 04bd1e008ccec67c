package store

import (
	"crypto/sha256"
	"encoding/xml"
	"errors"
	"hash"
	"io"
	"net/http"
	"strings"

	"github.com/johannesboyne/gofakes3"

	"github.com/modelway/modelway/local/aws"
)

// serveS3 answers a call of the S3 API by whoever signed it, if they may.
func (s *Server) serveS3(w http.ResponseWriter, r *http.Request) {
	state, err := s.Account.Snapshot()
	if err == nil {
		err = s.admit(state, r)
	}
	if err != nil {
		if code := codeOf(err); code == "AccessDenied" || code == "InternalError" {
			s.Log.Info("S3 refused a request", "request", r.Method+" "+r.URL.Path, "why", err.Error())
		}
		writeS3(w, r, state, err)
		return
	}
	s.api.ServeHTTP(w, r)
}

// admit refuses a request that is not signed well, or asks for what its caller may not do.
func (s *Server) admit(state *aws.State, r *http.Request) error {
	who, administrator, err := s.caller(state, r, "s3")
	if err != nil {
		return err
	}
	payload := r.Header.Get(payloadHeader)
	if strings.HasPrefix(payload, "STREAMING-") {
		return gofakes3.ErrorMessage(gofakes3.ErrNotImplemented, "the local store takes no chunked uploads: send the contents as they are")
	}
	all, err := operations(r)
	if err != nil {
		return err
	}
	if !administrator {
		if err := s.allow(state, who, all); err != nil {
			return err
		}
	}
	if len(payload) == sha256.Size*2 {
		r.Body = &checked{ReadCloser: r.Body, want: payload, sum: sha256.New()}
	}
	return nil
}

// caller is who signed a request.
func (s *Server) caller(state *aws.State, r *http.Request, service string) (who session, administrator bool, err error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return who, false, denied("Access Denied: the request is not signed")
	}
	signed, ok := readSignature(header)
	switch {
	case !ok:
		return who, false, refused("AuthorizationHeaderMalformed", "The authorization header is malformed")
	case signed.service != service:
		return who, false, refused("AuthorizationHeaderMalformed",
			"The authorization header is malformed; incorrect service \""+signed.service+"\". This endpoint belongs to \""+service+"\".")
	case signed.region != state.Region() && signed.accessKey != s.connection.AccessKeyID: // whose file is older than the stack
		return who, false, refused("AuthorizationHeaderMalformed",
			"The authorization header is malformed; the region '"+signed.region+"' is wrong; expecting '"+state.Region()+"'")
	}
	secret := s.connection.SecretAccessKey
	if signed.accessKey != s.connection.AccessKeyID {
		if who, err = s.issuer.open(signed.accessKey, r.Header.Get(tokenHeader)); err != nil {
			if r.Header.Get(tokenHeader) == "" {
				err = refused("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.")
			}
			return who, false, err
		}
		secret = s.issuer.secret(signed.accessKey)
	}
	if !signed.valid(r.Context(), r, secret) {
		return who, false, refused("SignatureDoesNotMatch",
			"The request signature we calculated does not match the signature you provided. Check your key and signing method.")
	}
	return who, signed.accessKey == s.connection.AccessKeyID, nil
}

func refused(code, message string) error { return &aws.Error{Code: code, Message: message} }

// checked fails at the end of a body that is not the one that was signed.
type checked struct {
	io.ReadCloser
	want string
	sum  hash.Hash
}

// Read reads from the body.
func (c *checked) Read(into []byte) (int, error) {
	n, err := c.ReadCloser.Read(into)
	c.sum.Write(into[:n])
	if errors.Is(err, io.EOF) && hexed(c.sum.Sum(nil)) != c.want {
		return n, gofakes3.ErrorMessage("XAmzContentSHA256Mismatch",
			"The provided 'x-amz-content-sha256' header does not match what was computed.")
	}
	return n, err
}

// codeOf is the code of an error of AWS; others are internal ones.
func codeOf(err error) string {
	var ofAWS *aws.Error
	var ofS3 gofakes3.Error
	switch {
	case errors.As(err, &ofAWS):
		return ofAWS.Code
	case errors.As(err, &ofS3):
		return string(ofS3.ErrorCode())
	}
	return "InternalError"
}

// statuses are those of the codes that the library does not know, or answers with others
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
var statuses = map[string]int{"AccessDenied": 403, "InvalidAccessKeyId": 403, "SignatureDoesNotMatch": 403}

// writeS3 answers with an error as S3 does; the answer to HEAD has no text.
func writeS3(w http.ResponseWriter, r *http.Request, state *aws.State, err error) {
	answer := struct {
		XMLName                         xml.Name `xml:"Error"`
		Code, Message, Resource, Region string   `xml:",omitempty"`
	}{Code: codeOf(err), Message: err.Error(), Resource: r.URL.Path}
	var ofAWS *aws.Error
	var ofS3 *gofakes3.ErrorResponse
	if errors.As(err, &ofAWS) {
		answer.Message = ofAWS.Message
	} else if errors.As(err, &ofS3) && ofS3.Message != "" {
		answer.Message = ofS3.Message
	}
	status, known := statuses[answer.Code]
	if !known {
		if status = gofakes3.ErrorCode(answer.Code).Status(); status == http.StatusInternalServerError && ofAWS != nil {
			status = http.StatusBadRequest
		}
	}
	if answer.Code == "AuthorizationHeaderMalformed" && state != nil {
		answer.Region = state.Region()
		w.Header().Set("X-Amz-Bucket-Region", state.Region())
	}
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = io.WriteString(w, xml.Header)
		_ = xml.NewEncoder(w).Encode(answer)
	}
}
