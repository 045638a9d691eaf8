using System.Globalization;
using Sbx.Guest.Egress;
using Sbx.Guest.Native;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Identity;

/// <summary>Gives the ordinary user the ids of the workspace's owner.</summary>
internal static class UserSetup
{
    private const int Readable = 0x1A4; // 0644
    private const int OwnerAndGroupRead = 0x120; // 0440

    public static void Apply(GuestUser user)
    {
        var uid = user.Uid.ToString(CultureInfo.InvariantCulture);
        var gid = user.Gid.ToString(CultureInfo.InvariantCulture);
        SetEntry("/etc/group", user.Name, fields => fields.Length == 4 ? [fields[0], fields[1], gid, fields[3]] : [user.Name, "x", gid, ""]);
        SetEntry("/etc/passwd", user.Name, fields => fields.Length == 7
            ? [fields[0], fields[1], uid, gid, fields[4], user.Home, fields[6]]
            : [user.Name, "x", uid, gid, "", user.Home, "/bin/bash"]);
        Directory.CreateDirectory("/etc/sudoers.d");
        AccountFile.Replace($"/etc/sudoers.d/{user.Name}", Sudoers(user.Name), OwnerAndGroupRead);
        Directory.CreateDirectory(user.Home);
        TakeHome(user);
    }

    // sudo forgets the environment; what leads to the proxy and names the sandbox has to survive it.
    private static string Sudoers(string name) =>
        $"""
        Defaults env_keep += "{string.Join(' ', EgressEnvironment.Proxies.Keys.Concat(EgressEnvironment.Certificates.Keys))} SANDBOX_NAME SANDBOX_ID BASH_ENV"
        {name} ALL=(ALL:ALL) NOPASSWD:ALL

        """;

    // The entry stays where it is; another entry with the same id is kept, the first one of an id gives it its name, so ours goes first.
    private static void SetEntry(string path, string name, Func<string[], string[]> change)
    {
        var lines = AccountFile.Read(path).Split('\n', StringSplitOptions.RemoveEmptyEntries).ToList();
        var index = lines.FindIndex(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        var entry = string.Join(':', change(index < 0 ? [] : lines[index].Split(':')));
        if (index >= 0 && lines[index] == entry)
            return;
        if (index >= 0)
            lines.RemoveAt(index);
        lines.Insert(0, entry);
        AccountFile.Replace(path, string.Join('\n', lines) + "\n", Readable);
    }

    private static void TakeHome(GuestUser user)
    {
        if (!Descriptor.TryStatus(Libc.AtFdCwd, user.Home, Libc.AtSymlinkNoFollow, out var home) || !home.IsDirectory)
            return;
        // Its owner is changed last of all, so that an interrupted change is taken up again.
        if (home.Uid == user.Uid && home.Gid == user.Gid)
            return;
        foreach (var path in Directory.EnumerateFileSystemEntries(user.Home, "*", new EnumerationOptions
        {
            RecurseSubdirectories = true, AttributesToSkip = 0, IgnoreInaccessible = true,
        }))
            _ = Libc.ChangeOwnerAt(Libc.AtFdCwd, path, user.Uid, user.Gid, Libc.AtSymlinkNoFollow);
        _ = Libc.ChangeOwnerAt(Libc.AtFdCwd, user.Home, user.Uid, user.Gid, Libc.AtSymlinkNoFollow);
    }
}
