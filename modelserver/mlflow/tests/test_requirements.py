"""What a model needs is compared before it is loaded."""

import os
import tempfile
import unittest

from modelway_mlflow.requirements import Unfit, check

INSTALLED = {"scikit-learn": "1.9.1", "numpy": "2.4.6", "mlflow": "3.17.2", "xgboost": "3.2.0"}


class TestRequirements(unittest.TestCase):
    """A folder of a model, without the model."""

    def check(self, requirements: str | bytes = "", *others: str, flavor: str = "{python_version: 3.11.7}") -> list[str]:
        """Returns the warnings about a model that was saved on Python 3.11."""
        with tempfile.TemporaryDirectory() as folder:
            for name in others:
                open(os.path.join(folder, name), "w").close()
            with open(os.path.join(folder, "MLmodel"), "w") as file:
                file.write("flavors: {python_function: " + flavor + "}" if flavor else "flavors: {spark: {}}")
            with open(os.path.join(folder, "requirements.txt"), "wb") as file:
                file.write(requirements if isinstance(requirements, bytes) else requirements.encode())
            return check(folder, (3, 11), INSTALLED.get)

    def refused(self, *args: str | bytes, **kwargs: str) -> str:
        """Returns why a model does not run."""
        with self.assertRaises(Unfit) as caught:
            self.check(*args, **kwargs)
        return str(caught.exception)

    def test_fits(self):
        """Pins that are met, in the forms of pip, of a lock file and of MLflow."""
        lock = "\n".join(["scikit-learn==1.9.1 \\", "    --hash=sha256:00 \\", "    --hash=sha256:01", "# via x", "numpy<3,>=2 # why",
                          "winpty==1 ; sys_platform == 'win32'", "-r other"])
        self.assertEqual([], self.check(lock, "model.pkl"))

    def test_other_patch_is_told(self):
        """Another patch release, another MLflow and a line that is not compared do not keep a model from running."""
        warnings = self.check("scikit-learn==1.9.0\nmlflow==2.22.0\ngit+https://example.com/own\n")
        self.assertEqual(["the model names scikit-learn==1.9.0; installed is 1.9.1", "the model names mlflow==2.22.0; installed is 3.17.2",
                          "requirements.txt has 'git+https://example.com/own', which is not compared"], warnings)

    def test_all_faults_at_once(self):
        """A missing package, another release and a pickle of another Python."""
        text = self.refused("catboost==1.2.8\nscikit-learn==1.5.2\nnumpy<2\n", "python_model.pkl", flavor="{python_version: 3.10.4}")
        for part in ("catboost==1.2.8, which is not installed", "scikit-learn==1.5.2; installed is 1.9.1", "numpy<2; installed is 2.4.6",
                     "Python 3.10.4, with which it was saved; here is 3.11, which may not read python_model.pkl", "fix: build an image"):
            self.assertIn(part, text)

    def test_other_python_without_pickles_is_told(self):
        """Files that are no pickles do not depend on the Python."""
        self.assertEqual(["the model names Python 3.10.4, with which it was saved; here is 3.11"],
                         self.check("", "model.onnx", flavor="{python_version: 3.10.4}"))

    def test_no_model(self):
        """A folder without an MLmodel, and one that pyfunc cannot load."""
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(Unfit, "has no file MLmodel, but nothing"):
            check(folder)
        self.assertIn("has the flavors spark; allowed: one with python_function", self.refused(flavor=""))
        self.assertIn("is not YAML", self.refused(flavor="{"))

    def test_damaged_files(self):
        """What is no MLmodel is refused by name, and a list of requirements in another encoding is read as pip reads it."""
        for content, text in (
            (b"flavors: [sklearn]", "MLmodel has the flavors none; allowed: one with python_function"),
            (b"flavors: {1: {}}", "MLmodel has the flavors 1; allowed: one with python_function"),
            (b"flavors: caf\xe9", "MLmodel is not YAML"),
            (b"[" * 100_000, "MLmodel is not YAML"),
        ):
            with tempfile.TemporaryDirectory() as folder:
                with open(os.path.join(folder, "MLmodel"), "wb") as file:
                    file.write(content)
                with self.assertRaises(Unfit) as caught:
                    check(folder)
            self.assertIn(text, str(caught.exception))
        for encoding in ("utf-16", "utf-8-sig"):  # of the redirections of PowerShell
            self.assertIn("catboost==1.2.8, which is not installed", self.refused("catboost==1.2.8\n".encode(encoding)))
        self.assertEqual(["requirements.txt is not UTF-8: it is not compared"], self.check("# caf\xe9\n".encode("latin-1")))
