using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Sbx.Secrets.Tests.Stores;

/// <summary>
/// A session bus of its own with a real GNOME Keyring on it, unlocked with a password. Needs the packages dbus, gnome-keyring and
/// libsecret-1-0; fails where they are missing.
/// </summary>
public sealed partial class KeyringSession : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("sbx-keyring-");
    private readonly Process _bus;
    private readonly string _address;
    private Process _keyring;

    public KeyringSession()
    {
        _bus = Start("dbus-run-session", ["--", "sh", "-c", "printf '%s\\n' \"$DBUS_SESSION_BUS_ADDRESS\"; exec cat >/dev/null"], null);
        _address = _bus.StandardOutput.ReadLine() ?? throw new InvalidOperationException("dbus-run-session did not start: " + _bus.StandardError.ReadToEnd());
        // libsecret reads the process's environment as C sees it, which .NET does not change.
        Assert.Equal(0, setenv("DBUS_SESSION_BUS_ADDRESS", _address, 1));
        Environment.SetEnvironmentVariable("DBUS_SESSION_BUS_ADDRESS", _address);
        _keyring = StartKeyring();
    }

    /// <summary>Ends the keyring and starts another one on the same files; what was only in memory is gone.</summary>
    public void RestartKeyring()
    {
        Stop(_keyring);
        _keyring = StartKeyring();
    }

    private Process StartKeyring()
    {
        var keyring = Start("gnome-keyring-daemon", ["--foreground", "--unlock", "--components=secrets", "--control-directory", _home.FullName], _address);
        keyring.StandardInput.Write("keyring password");
        keyring.StandardInput.Close();
        using var waiting = Start("gdbus", ["wait", "--session", "--timeout", "20", "org.freedesktop.secrets"], _address);
        waiting.WaitForExit();
        Assert.Equal(0, waiting.ExitCode);
        return keyring;
    }

    private Process Start(string name, string[] arguments, string? address)
    {
        var start = new ProcessStartInfo(name, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["HOME"] = start.Environment["XDG_RUNTIME_DIR"] = _home.FullName;
        start.Environment["XDG_DATA_HOME"] = Path.Combine(_home.FullName, "data");
        if (address is not null)
            start.Environment["DBUS_SESSION_BUS_ADDRESS"] = address;
        var process = Process.Start(start)!;
        return process;
    }

    private static void Stop(Process process)
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    public void Dispose()
    {
        Stop(_keyring);
        _bus.StandardInput.Close();
        _bus.WaitForExit();
        _bus.Dispose();
        _home.Delete(recursive: true);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
