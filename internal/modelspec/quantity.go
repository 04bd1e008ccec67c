package modelspec

import (
	"errors"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
)

// quantityPattern is the syntax of a Kubernetes quantity without a sign
// (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/).
var quantityPattern = regexp.MustCompile(`^(\d+\.?\d*|\.\d+)(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d{1,2}))?$`)

var errQuantity = errors.New("is not a Kubernetes quantity")

// ParseCPU returns the thousandths of a core that a Kubernetes CPU quantity stands for: "250m" is 250, "2" is 2000.
// Negative values, and values finer than a thousandth, are errors.
func ParseCPU(text string) (millicores int64, err error) {
	cores, err := parseQuantity(text)
	if err != nil {
		return 0, err
	}
	thousandths := cores.Mul(cores, big.NewRat(1000, 1))
	if !thousandths.IsInt() {
		return 0, errors.New("is finer than 1m, a thousandth of a core")
	}
	return toInt64(thousandths.Num())
}

// ParseMemory returns the bytes that a Kubernetes memory quantity stands for: "1Ki" is 1024, "1k" is 1000. Fractions of a
// byte are rounded up, as Kubernetes does. Negative values are errors.
func ParseMemory(text string) (bytes int64, err error) {
	exact, err := parseQuantity(text)
	if err != nil {
		return 0, err
	}
	whole, rest := new(big.Int).QuoRem(exact.Num(), exact.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		whole.Add(whole, big.NewInt(1))
	}
	return toInt64(whole)
}

// parseQuantity returns the exact value of a quantity. Length is bounded so that a hostile file cannot cost time.
func parseQuantity(text string) (*big.Rat, error) {
	parts := quantityPattern.FindStringSubmatch(text)
	if parts == nil || len(text) > 64 {
		return nil, errQuantity
	}
	value, ok := new(big.Rat).SetString(parts[1])
	if !ok {
		return nil, errQuantity
	}
	suffix, exponent := parts[2], parts[3]
	if exponent != "" {
		power, err := strconv.Atoi(exponent)
		if err != nil {
			return nil, fmt.Errorf("exponent: %w", err)
		}
		return value.Mul(value, decimalPower(power)), nil
	}
	return value.Mul(value, suffixFactor(suffix)), nil
}

// suffixFactor returns what a suffix multiplies by: n is 10^-9, E is 10^18, Ki is 2^10, Ei is 2^60.
func suffixFactor(suffix string) *big.Rat {
	if len(suffix) == 2 {
		for i, letter := range "KMGTPE" {
			if rune(suffix[0]) == letter {
				return new(big.Rat).SetInt(new(big.Int).Lsh(big.NewInt(1), uint(10*(i+1))))
			}
		}
	}
	return decimalPower(map[string]int{"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}[suffix])
}

func decimalPower(power int) *big.Rat {
	scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(max(power, -power))), nil))
	if power < 0 {
		return scale.Inv(scale)
	}
	return scale
}

func toInt64(value *big.Int) (int64, error) {
	if !value.IsInt64() {
		return 0, errors.New("is too large for a 64-bit number")
	}
	return value.Int64(), nil
}
