# VERSION and SHA256 are filled in by scripts/release-manifests.mjs.
class Kubechains < Formula
  desc "What Kubernetes Services do to packets: kube-proxy's rules, explained and traced"
  homepage "https://github.com/kubechains/kubechains"
  url "https://github.com/kubechains/kubechains/releases/download/vVERSION/kubechains-VERSION.tgz"
  sha256 "SHA256"
  license "Apache-2.0"

  depends_on "node"

  def install
    system "npm", "install", *std_npm_args
    bin.install_symlink Dir["#{libexec}/bin/*"]
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/kubechains --version")
    (testpath/"web.yaml").write <<~YAML
      apiVersion: v1
      kind: Service
      metadata:
        name: web
      spec:
        ports:
          - port: 80
    YAML
    assert_match "KUBE-SERVICES", shell_output("#{bin}/kubechains generate web.yaml")
  end
end
