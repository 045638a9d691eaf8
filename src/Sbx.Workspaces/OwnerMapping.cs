namespace Sbx.Workspaces;

/// <summary>
/// Who owns the workspace on the host, and as whom it appears in the guest. What the guest creates belongs to the host
/// owner, and files of that owner are shown as the guest user's; other ids are shown as they are (an id that would pass
/// for the guest user's own is shown as 65534).
/// </summary>
/// <param name="HostUid">The workspace's owner on the host.</param>
/// <param name="HostGid">Its group on the host.</param>
/// <param name="GuestUid">The ordinary user's id in the guest.</param>
/// <param name="GuestGid">Its group in the guest.</param>
public sealed record OwnerMapping(uint HostUid, uint HostGid, uint GuestUid, uint GuestGid);
