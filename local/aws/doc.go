// Package aws is the account of the local stack: a stand-in for the parts of AWS that the platform uses.
//
// It keeps resources in one JSON file and refuses what AWS refuses, with AWS's own error codes. It knows nothing of
// Pulumi. Package awsprovider puts the Pulumi protocol in front of it; the nodes and the load balancer of the local stack
// open the same file and hold network interfaces in it, so that destroying in a wrong order fails here as it does on AWS.
//
// A type of resource is one entry in a table (see [Kind]): how its id and ARN look, what it refers to, what must be
// unique, which values are allowed, and the few rules that a table cannot say.
package aws

import (
	"fmt"
)

// Error is a refusal by an AWS API: AWS's own error code, and a text that says what holds or is wrong.
type Error struct{ Code, Message string }

// Error returns code and message as the AWS SDK prints them.
func (e *Error) Error() string { return "api error " + e.Code + ": " + e.Message }

func refuse(code, format string, args ...any) error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

func invalid(format string, args ...any) error {
	return refuse("InvalidParameterException", format, args...)
}
