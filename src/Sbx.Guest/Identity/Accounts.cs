using System.Globalization;
using Sbx.Guest.Calls;
using Sbx.Protocol.Messages;

namespace Sbx.Guest.Identity;

/// <summary>Looks users up in /etc/passwd and /etc/group; a static program has no name service switch.</summary>
internal static class Accounts
{
    /// <summary>Resolves "user", "user:group", or ids in place of the names.</summary>
    /// <exception cref="CallException">There is no such user or group.</exception>
    public static Account Resolve(string text)
    {
        var (user, group) = text.IndexOf(':') is >= 0 and var colon ? (text[..colon], text[(colon + 1)..]) : (text, null);
        var entry = Entries("/etc/passwd", 7).FirstOrDefault(fields => fields[0] == user)
            ?? (TryId(user, out _) ? Entries("/etc/passwd", 7).FirstOrDefault(fields => fields[2] == user) : null);
        Account account;
        if (entry is not null && TryId(entry[2], out var uid) && TryId(entry[3], out var gid))
            account = new Account(entry[0], uid, gid, [], entry[5].Length > 0 ? entry[5] : "/", entry[6].Length > 0 ? entry[6] : "/bin/sh");
        else if (entry is null && TryId(user, out uid))
            account = new Account(user, uid, uid, [], "/", "/bin/sh");
        else
            throw new CallException(GuestErrorCodes.NoUser, $"the sandbox has no user '{user}'");

        if (group is not null)
            return account with { Gid = ResolveGroup(group) };
        var groups = Entries("/etc/group", 4)
            .Where(fields => fields[3].Split(',').Contains(account.Name))
            .Select(fields => TryId(fields[2], out var id) ? id : -1)
            .Where(id => id >= 0)
            .Append(account.Gid)
            .Distinct()
            .Take(1024);
        return account with { Groups = [.. groups] };
    }

    /// <summary>The id of a group given by name or id.</summary>
    public static int ResolveGroup(string group)
    {
        var entry = Entries("/etc/group", 4).FirstOrDefault(fields => fields[0] == group);
        if (TryId(entry?[2] ?? group, out var gid))
            return gid;
        throw new CallException(GuestErrorCodes.NoUser, $"the sandbox has no group '{group}'");
    }

    private static IEnumerable<string[]> Entries(string path, int fields) =>
        AccountFile.Read(path).Split('\n').Select(line => line.Split(':')).Where(entry => entry.Length == fields && entry[0].Length > 0);

    private static bool TryId(string text, out int id) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out id);
}
