package download

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
)

// Extract writes the program of a file to target, which must not exist, and makes it executable. The ending of the file's name says what
// kind of archive it is.
func Extract(file, member, target string) (err error) {
	out, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o755)
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, out.Close()); err != nil {
			_ = os.Remove(target)
		}
	}()
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	switch {
	case member == "":
		_, err = io.Copy(out, in)
		return err
	case strings.HasSuffix(file, ".zip"):
		return unzip(out, file, member)
	case strings.HasSuffix(file, ".tar.gz"):
		return untar(out, in, file, member)
	}
	return fmt.Errorf("%s is not an archive that can be read", file)
}

func untar(out io.Writer, in io.Reader, file, member string) error {
	plain, err := gzip.NewReader(in)
	if err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	for entries := tar.NewReader(plain); ; {
		entry, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return fmt.Errorf("%s has no %s", file, member)
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", file, err)
		}
		if path.Clean(entry.Name) == member && entry.Typeflag == tar.TypeReg {
			_, err := io.Copy(out, entries)
			return err
		}
	}
}

func unzip(out io.Writer, file, member string) error {
	archive, err := zip.OpenReader(file)
	if err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	defer archive.Close()
	for _, entry := range archive.File {
		if path.Clean(entry.Name) != member || !entry.Mode().IsRegular() {
			continue
		}
		in, err := entry.Open()
		if err != nil {
			return fmt.Errorf("reading %s: %w", file, err)
		}
		defer in.Close()
		_, err = io.Copy(out, in)
		return err
	}
	return fmt.Errorf("%s has no %s", file, member)
}
