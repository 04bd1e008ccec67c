// Package artifact identifies the files of a model by their contents: a manifest lists them, and its digest names them for good. It
// decides from names and contents alone, so that the files have one digest in a folder, in a bucket and in a pod.
package artifact

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"unicode"
)

// Pattern is a digest: the algorithm and 64 hexadecimal digits.
const Pattern = `^sha256:[0-9a-f]{64}$`

// EnvDigest names the environment variable that tells the storage initializer which digest the files must have.
const EnvDigest = "ARTIFACT_DIGEST"

// File is a file of a model.
type File struct {
	// Path is relative to the folder or prefix of the files, with slashes, as in model/weights.bin.
	Path string
	// Size is in bytes, 1 or more.
	Size int64
	// Sum is the SHA-256 of the contents: 64 hexadecimal digits.
	Sum string
}

// Manifest lists files in the order of the bytes of their paths. [Of] and [OfFolder] make one.
type Manifest []File

// Counts says whether an object or a file belongs to a model: it has contents, and its name is not that of a folder. KServe's own download
// leaves out the others, too.
func Counts(path string, size int64) bool { return size > 0 && !strings.HasSuffix(path, "/") }

// Of returns the manifest of files in any order, without those that do not count. It reports paths that cannot be those of files below a
// folder, and those that stand twice.
func Of(files ...File) (Manifest, error) {
	manifest := Manifest{}
	var faults []error
	for _, file := range files {
		if !Counts(file.Path, file.Size) {
			continue
		}
		faults = append(faults, CheckPath(file.Path))
		manifest = append(manifest, file)
	}
	slices.SortFunc(manifest, func(a, b File) int { return cmp.Compare(a.Path, b.Path) })
	for i := 1; i < len(manifest); i++ {
		if manifest[i].Path == manifest[i-1].Path {
			faults = append(faults, fmt.Errorf("the path %q stands twice", manifest[i].Path))
		}
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return manifest, nil
}

// OfFolder reads all files of a folder. It refuses whatever is neither a regular file nor a folder, such as a symbolic link.
func OfFolder(folder fs.FS) (Manifest, error) {
	var files []File
	err := fs.WalkDir(folder, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if !entry.Type().IsRegular() {
			return fmt.Errorf("%s is %s: a model has regular files only; put the file itself there", path, kindOf(entry.Type()))
		}
		file, err := hashFile(folder, path)
		files = append(files, file)
		return err
	})
	if err != nil {
		return nil, err
	}
	return Of(files...)
}

func kindOf(mode fs.FileMode) string {
	if mode&fs.ModeSymlink != 0 {
		return "a symbolic link"
	}
	return "no regular file"
}

func hashFile(folder fs.FS, path string) (File, error) {
	content, err := folder.Open(path)
	if err != nil {
		return File{}, err
	}
	defer content.Close()
	return Hash(path, content)
}

// Hash reads contents to their end.
func Hash(path string, contents io.Reader) (File, error) {
	sum := sha256.New()
	size, err := io.Copy(sum, contents)
	if err != nil {
		return File{}, fmt.Errorf("reading %s: %w", path, err)
	}
	return File{Path: path, Size: size, Sum: hex.EncodeToString(sum.Sum(nil))}, nil
}

// CheckPath reports a path that leads out of its folder, or that a line of a manifest or a file system cannot hold: one that is absolute,
// that has an empty part, "." or "..", that is not UTF-8, or that has a backslash or a control character such as a line feed.
func CheckPath(path string) error {
	unfit := func(r rune) bool { return unicode.IsControl(r) || r == '\\' }
	if !fs.ValidPath(path) || path == "." || strings.ContainsFunc(path, unfit) {
		return fmt.Errorf("the path %q is not that of a file below a folder: use names of UTF-8 text between single slashes, "+
			`without "." and "..", backslashes and control characters`, path)
	}
	return nil
}

// Text is the manifest in the form that is digested: a line a file, of the sum, two spaces, the size, two spaces and the path.
func (m Manifest) Text() string {
	var text strings.Builder
	for _, file := range m {
		fmt.Fprintf(&text, "%s  %d  %s\n", file.Sum, file.Size, file.Path)
	}
	return text.String()
}

// Digest is the SHA-256 of the text, in the form of [Pattern].
func (m Manifest) Digest() string {
	sum := sha256.Sum256([]byte(m.Text()))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// Size is that of all files together, in bytes.
func (m Manifest) Size() (size int64) {
	for _, file := range m {
		size += file.Size
	}
	return size
}
