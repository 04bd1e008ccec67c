package download

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"os"
	"path"
	"regexp"
	"strings"
)

// File is a file that its publisher offers.
type File struct {
	// URL is where the file is.
	URL string
	// Sums is where its SHA-256 sum is: alone, or one of many, each in a line with the name of its file.
	Sums string
	// Member is the path of the program in the file, an archive. Empty: the file is the program.
	Member string
}

// Host is the publisher's host.
func (f File) Host() string {
	address, err := url.Parse(f.URL)
	if err != nil {
		return f.URL
	}
	return address.Host
}

var sumLine = regexp.MustCompile(`^([0-9a-fA-F]{64})(?:\s+\*?(\S+))?$`)

// sumOf finds the sum of a file in what its publisher says of sums.
func sumOf(sums []byte, file string) (string, error) {
	lines := bufio.NewScanner(bytes.NewReader(sums))
	for lines.Scan() {
		found := sumLine.FindStringSubmatch(strings.TrimSpace(lines.Text()))
		if found != nil && (found[2] == "" || path.Base(found[2]) == file) {
			return strings.ToLower(found[1]), nil
		}
	}
	return "", fmt.Errorf("no SHA-256 sum of %s", file)
}

// sumOnDisk is the SHA-256 sum of a file.
func sumOnDisk(name string) (string, error) {
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
