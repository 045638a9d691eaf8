using Sbx.Guest.Native;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Identity;

/// <summary>Files under /etc that tell the sandbox who it is and what time zone it is in.</summary>
internal static class HostFiles
{
    private const int Readable = 0x1A4; // 0644
    private const string ZoneDirectory = "/usr/share/zoneinfo/";

    public static void Write(PersonalizeRequest request)
    {
        Directory.CreateDirectory("/etc");
        AccountFile.Replace("/etc/hostname", request.Name + "\n", Readable);
        AccountFile.Replace("/etc/machine-id", request.MachineId + "\n", Readable);
        AccountFile.Replace(
            "/etc/hosts",
            $"127.0.0.1\tlocalhost\n127.0.1.1\t{request.Name}\n::1\tlocalhost ip6-localhost ip6-loopback\n",
            Readable);
        // The only resolver there can be is the guest's own on the loopback.
        AccountFile.Replace("/etc/resolv.conf", "nameserver 127.0.0.1\noptions edns0 timeout:2 attempts:1\n", Readable);
        SetTimeZone(request.TimeZone);
    }

    private static void SetTimeZone(string? zone)
    {
        if (zone is null || zone.Length is 0 or > 100 || zone.StartsWith('/') || zone.Split('/').Any(part => part is "" or "." or "..")
            || !zone.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+'))
            return;
        var target = ZoneDirectory + zone;
        if (!File.Exists(target) || new FileInfo("/etc/localtime").LinkTarget == target)
            return;
        _ = Libc.UnlinkAt(Libc.AtFdCwd, "/etc/localtime", 0);
        SyscallException.Check(Libc.SymbolicLinkAt(target, Libc.AtFdCwd, "/etc/localtime"), "link /etc/localtime");
        AccountFile.Replace("/etc/timezone", zone + "\n", Readable);
    }
}
