package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/modelway/modelway/internal/localstore"
	"github.com/modelway/modelway/internal/promote"
)

const (
	// gateSigned is asked with --verify-signature only, and before anything of the files is loaded.
	gateSigned = "signed"
	// signatureFile is that of a model's files in which `model_signing sign` leaves the signature by default.
	signatureFile = "model.sig"
	// signer is the program of the package model-signing, which verifies. 1.1.1 does not name pyOpenSSL, which it imports.
	signer, signerPackages = "model_signing", "model-signing==1.1.1 pyopenssl"
	// verifyTime bounds the verification, which asks servers of sigstore and reads all files.
	verifyTime = 5 * time.Minute
)

// signature says who has to have signed the files of a version (https://github.com/sigstore/model-transparency).
type signature struct {
	verify                   bool
	identity, provider, file string
}

func (s *signature) add(flags *pflag.FlagSet) {
	flags.BoolVar(&s.verify, "verify-signature", false,
		"ask the gate "+gateSigned+": "+signatureFile+" of the files, by --identity or --public-key")
	flags.StringVar(&s.identity, "identity", "", "who has to have signed, such as a workflow's address, for --verify-signature")
	flags.StringVar(&s.provider, "identity-provider", "", "who vouches for --identity, such as https://token.actions.githubusercontent.com")
	flags.StringVar(&s.file, "public-key", "", "file of the key that has to have signed, in place of --identity")
}

// check reports flags that do not go together.
func (s signature) check() error {
	keyless := s.identity != "" || s.provider != ""
	switch {
	case !s.verify && (keyless || s.file != ""):
		return errors.New("--identity, --identity-provider and --public-key say who has to have signed; fix: give --verify-signature, too")
	case s.verify && keyless == (s.file != ""), s.verify && keyless && (s.identity == "" || s.provider == ""):
		return errors.New("--verify-signature needs to know who has to have signed; allowed: --identity with --identity-provider, or " +
			"--public-key")
	}
	return nil
}

// ask has the files of a folder verified. Without --verify-signature there is no verdict.
func (s signature) ask(ctx context.Context, folder string) []promote.Verdict {
	if !s.verify {
		return nil
	}
	who := "the key in " + s.file
	if s.file == "" {
		who = fmt.Sprintf("%s, for whom %s vouches", s.identity, s.provider)
	}
	if err := s.run(ctx, folder); err != nil {
		return []promote.Verdict{{Gate: gateSigned, Text: err.Error(), Refused: true}}
	}
	return []promote.Verdict{{Gate: gateSigned, Text: "all files are signed by " + who}}
}

func (s signature) run(ctx context.Context, folder string) error {
	program, err := findSigner()
	if err != nil {
		return err
	}
	file := filepath.Join(folder, signatureFile)
	if _, err := os.Stat(file); err != nil {
		return fmt.Errorf("the files have no %s; fix: sign the folder with `%s sign`, log the signature with the model, or leave "+
			"--verify-signature out", signatureFile, signer)
	}
	args := []string{"verify", "sigstore", "--identity", s.identity, "--identity_provider", s.provider}
	if s.file != "" {
		args = []string{"verify", "key", "--public_key", s.file}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, verifyTime, fmt.Errorf("%s has not ended within %s", signer, verifyTime))
	defer cancel()
	output, err := exec.CommandContext(ctx, program, append(args, "--signature", file, folder)...).CombinedOutput()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if err != nil {
		said := strings.Split(strings.TrimSpace(string(output)), "\n")
		return fmt.Errorf("%s does not hold: %s; fix: promote files that are as they were signed, by whom --verify-signature names",
			signatureFile, said[len(said)-1])
	}
	return nil
}

// findSigner is the program on PATH, or in the environment .modelway/signing of the checkout.
func findSigner() (path string, err error) {
	if path, err = exec.LookPath(signer); err == nil {
		return path, nil
	}
	found, err := localstore.Above(".", func(checkout string) error {
		path = filepath.Join(checkout, ".modelway", "signing", "bin", signer)
		_, err := os.Stat(path)
		return err
	})
	if err == nil && !found {
		err = fmt.Errorf("the program %s is not on PATH; fix: `python3 -m venv .modelway/signing && .modelway/signing/bin/pip install "+
			"%s`, or leave --verify-signature out", signer, signerPackages)
	}
	return path, err
}
