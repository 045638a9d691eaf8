namespace Sbx.Guest.Identity;

/// <summary>A user as a process takes it.</summary>
/// <param name="Name">Login name, or the id as text when /etc/passwd does not know it.</param>
/// <param name="Uid">User id.</param>
/// <param name="Gid">Primary group.</param>
/// <param name="Groups">Supplementary groups.</param>
/// <param name="Home">Home directory.</param>
/// <param name="Shell">Login shell.</param>
internal sealed record Account(string Name, int Uid, int Gid, int[] Groups, string Home, string Shell);
