package command

import (
	"os"
	"testing"

	"github.com/modelway/modelway/internal/project/onpath"
)

func TestMain(m *testing.M) { os.Exit(onpath.Run(m)) }
