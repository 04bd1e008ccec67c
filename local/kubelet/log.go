package kubelet

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
)

// logLimit is the size of a log at which it goes on in a new file. The one before is kept as <name>.1, so that a container has at most
// twice as much; a kubelet's limit is the same, with five files.
const logLimit = 10 << 20

// LogFile is the file below a folder of logs that receives the output of the first container of a pod.
func LogFile(logDir, namespace, pod string) string {
	return filepath.Join(logDir, "pods", namespace+"_"+pod+".log")
}

// ContainerLogFile is the file below a folder of logs that receives the output of a container.
func ContainerLogFile(logDir string, pod *corev1.Pod, container string) string {
	if pod.Spec.Containers[0].Name == container {
		return LogFile(logDir, pod.Namespace, pod.Name)
	}
	return LogFile(logDir, pod.Namespace, pod.Name+"_"+container)
}

// boundedLog is a file that goes on in a new one at its limit.
type boundedLog struct {
	path  string
	limit int64

	mutex sync.Mutex
	file  *os.File
	size  int64
}

func openLog(path string, limit int64) (*boundedLog, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	l := &boundedLog{path: path, limit: limit}
	return l, l.open()
}

func (l *boundedLog) open() error {
	file, err := os.OpenFile(l.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err != nil {
		return err
	}
	l.file, l.size = file, info.Size()
	return nil
}

// Write appends, to a new file where the text would pass the limit. It never fails: a program goes on while its log cannot be written.
func (l *boundedLog) Write(text []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.size > 0 && l.size+int64(len(text)) > l.limit {
		_ = l.file.Close()
		_ = os.Rename(l.path, l.path+".1")
		if l.open() != nil {
			l.size = 0
			return len(text), nil
		}
	}
	written, _ := l.file.Write(text)
	l.size += int64(written)
	return len(text), nil
}

func (l *boundedLog) Close() error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.file.Close()
}

// logTail is the end of a log as a termination message has it: at most 80 lines and 2048 bytes.
func logTail(path string) string {
	file, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer file.Close()
	if info, err := file.Stat(); err == nil && info.Size() > 2048 {
		_, _ = file.Seek(-2048, io.SeekEnd)
	}
	text, _ := io.ReadAll(file)
	all := strings.SplitAfter(string(text), "\n")
	return strings.Join(all[max(0, len(all)-81):], "")
}
