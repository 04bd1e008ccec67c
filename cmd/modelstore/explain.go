package modelstore

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/modelway/modelway/internal/artifact"
)

// explain words an error of S3 in one sentence: what was asked for, where, and what helps. Other errors keep their own words.
func (s *Store) explain(err error, action string, at artifact.Location) error {
	if err == nil {
		return nil
	}
	var answered smithy.APIError
	status, region := 0, ""
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) && response.Response != nil {
		status, region = response.HTTPStatusCode(), response.Response.Header.Get("X-Amz-Bucket-Region")
	}
	code, says := "", ""
	if errors.As(err, &answered) {
		code, says = answered.ErrorCode(), strings.TrimSpace(answered.ErrorMessage())
	}
	switch {
	case status == http.StatusMovedPermanently || code == "PermanentRedirect" || code == "AuthorizationHeaderMalformed":
		return fmt.Errorf("bucket %s is not in region %s%s: set AWS_REGION to the region of the bucket%s",
			at.Bucket, s.region, namedRegion(region), quoted(says))
	case code == "AccessDenied" || code == "Forbidden" || status == http.StatusForbidden && code == "":
		return fmt.Errorf("no right to %s on bucket %s, prefix %s: let the role of the service account, and the bucket's policy, allow it, "+
			"and kms:Decrypt where a key encrypts the bucket%s", action, at.Bucket, at.Prefix, quoted(says))
	case code == "NoSuchBucket":
		return fmt.Errorf("there is no bucket %s: correct the address, or make the bucket", at.Bucket)
	case code == "ExpiredToken" || code == "InvalidAccessKeyId" || code == "SignatureDoesNotMatch":
		return fmt.Errorf("the credentials are not valid (%s): renew them%s", code, quoted(says))
	}
	return fmt.Errorf("%s on bucket %s, prefix %s: %w", action, at.Bucket, at.Prefix, err)
}

func namedRegion(region string) string {
	if region == "" {
		return ""
	}
	return ", but in " + region
}

func quoted(says string) string {
	if says == "" {
		return ""
	}
	return " (S3 says: " + says + ")"
}

// explainCredentials words the failure to get credentials.
func explainCredentials(err error) error {
	var answered smithy.APIError
	role := os.Getenv("AWS_ROLE_ARN")
	if errors.As(err, &answered) {
		return fmt.Errorf("role %s cannot be assumed with the token of this service account: its trust policy must name the account's "+
			"OpenID Connect provider, the namespace and the service account (AWS says: %s: %s)", role, answered.ErrorCode(), answered.ErrorMessage())
	}
	return fmt.Errorf("there are no AWS credentials: give the service account a role, by the annotation eks.amazonaws.com/role-arn or a "+
		"Pod Identity association; on a machine of your own run `aws configure` or set AWS_PROFILE (%w)", err)
}
