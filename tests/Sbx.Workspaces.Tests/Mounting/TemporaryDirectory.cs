namespace Sbx.Workspaces.Tests.Mounting;

/// <summary>A directory of its own below /var/tmp (a real file system), deleted at the end.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    internal TemporaryDirectory() => Directory.CreateDirectory(Path);

    internal string Path { get; } = $"/var/tmp/sbx-workspaces/{Guid.NewGuid():N}";

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // Something in it is still busy; the next run's clean-up of /var/tmp takes it.
        }
    }
}
