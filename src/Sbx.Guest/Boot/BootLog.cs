using System.Text;
using Sbx.Guest.Native;

namespace Sbx.Guest.Boot;

/// <summary>Lines for the machine's serial console; the host shows the last ones when a machine fails.</summary>
internal static class BootLog
{
    public static void Write(string line) => Descriptor.Write(2, Encoding.UTF8.GetBytes($"sbx: {line}\r\n"));
}
