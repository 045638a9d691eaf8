using System.Runtime.InteropServices;
using Sbx.Guest.Native;

namespace Sbx.Guest.Boot;

/// <summary>Loads the modules listed in /modules.list, which is in the order of their dependencies.</summary>
internal static unsafe class KernelModules
{
    private const nint FinitModule = 313;

    public static void LoadAll()
    {
        var commandLine = File.ReadAllText("/proc/cmdline");
        foreach (var path in File.ReadLines("/modules.list").Where(line => line.Length > 0))
        {
            Load(path, Parameters(Path.GetFileNameWithoutExtension(path), commandLine));
            // Loaded code lives in the kernel now; the file would stay in memory and in every warm image.
            File.Delete(path);
        }
    }

    // The kernel applies "module.parameter=value" of its command line to built-in code only.
    private static string Parameters(string module, string commandLine)
    {
        var prefix = module.Replace('-', '_') + ".";
        return string.Join(' ', commandLine.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word.StartsWith(prefix, StringComparison.Ordinal))
            .Select(word => word[prefix.Length..]));
    }

    private static void Load(string path, string parameters)
    {
        var file = Descriptor.Open(path, Libc.OReadOnly);
        var text = Marshal.StringToCoTaskMemUTF8(parameters);
        // A module for hardware that is not there (crc32c-intel) fails with ENODEV, which is no fault.
        if (Libc.SystemCall(FinitModule, file, text, 0, 0) < 0 && Marshal.GetLastPInvokeError() is not (Errno.EEXIST or Errno.ENODEV))
            BootLog.Write(SyscallException.Last($"load {path}").Message);
        Marshal.FreeCoTaskMem(text);
        _ = Libc.Close(file);
    }
}
