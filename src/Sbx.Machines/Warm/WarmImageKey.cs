using System.Security.Cryptography;
using System.Text;
using Sbx.Machines.Accelerators;
using Sbx.Machines.Qemu;

namespace Sbx.Machines.Warm;

/// <summary>Names warm images by everything that must be the same for a restore to be right.</summary>
internal static class WarmImageKey
{
    // Raised when the way images are made changes.
    private const int Format = 2;

    /// <summary>40 hexadecimal digits.</summary>
    /// <param name="host">QEMU.</param>
    /// <param name="accelerator">How the guest runs.</param>
    /// <param name="processor">Model of the host's processor: the guest knows its features or the rate of its counter.</param>
    /// <param name="image">What is booted.</param>
    /// <param name="shape">Size of the machine.</param>
    public static string Of(QemuVersion host, Accelerator accelerator, string processor, MachineImage image, MachineShape shape)
    {
        var text = string.Join(
            '\0',
            $"format {Format}",
            host.Text,
            processor,
            QemuCommandLine.Fingerprint(host, accelerator, shape),
            $"disk {shape.DiskBytes}",
            image.Digest);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..40];
    }
}
