package addons

// NvidiaDevicePlugin pins the image of NVIDIA's Kubernetes device plugin, as its own manifest has it
// (https://github.com/NVIDIA/k8s-device-plugin/blob/v0.20.0/deployments/static/nvidia-device-plugin.yml).
func NvidiaDevicePlugin() Image {
	return Image{
		Repository: "nvcr.io/nvidia/k8s-device-plugin",
		Tag:        "v0.20.0",
		Runs:       "NVIDIA device plugin",
	}
}
