package aws

import "fmt"

// Error is a refusal by an AWS API.
type Error struct {
	// Code is AWS's own error code, such as DependencyViolation.
	Code string
	// Message is AWS's text where it is known, followed by what the caller can do about it.
	Message string
}

// Error returns code and message as the AWS SDK prints them.
func (e *Error) Error() string { return "api error " + e.Code + ": " + e.Message }

func refuse(code, format string, args ...any) error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

func invalid(format string, args ...any) error {
	return refuse("InvalidParameterException", format, args...)
}
