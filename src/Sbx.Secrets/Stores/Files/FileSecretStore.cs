using System.Security.Cryptography;
using Sbx.Policies.Documents;
using Sbx.Secrets.Values;

namespace Sbx.Secrets.Stores.Files;

/// <summary>
/// Keeps secrets in one file, encrypted with AES-256-GCM, for machines without a keychain. The key lies in a file beside, so what protects
/// the secrets is the mode of that file: whoever can read the user's files can read them. Written as a whole. Thread-safe, also
/// between processes.
/// </summary>
public sealed class FileSecretStore : ISecretStore, IDisposable
{
    private readonly SecretFileOptions _options;
    private readonly SecretFileKey _key;
    private readonly SemaphoreSlim _gate = new(1, 1);

    /// <summary>Creates the store; nothing is read or written before it is used.</summary>
    public FileSecretStore(SecretFileOptions options)
    {
        _options = options ?? throw new ArgumentNullException(nameof(options));
        _key = new SecretFileKey(options.KeyFile);
    }

    /// <inheritdoc/>
    public string Kind => "file";

    /// <inheritdoc/>
    public string Description
        => $"encrypted file {_options.DataFile}; its key is {_options.KeyFile}, so only file permissions protect the secrets: anyone who can read your files can read them";

    /// <inheritdoc/>
    public Task<SecretValue?> GetAsync(SecretKey key, CancellationToken cancellationToken) => LockedAsync(() =>
    {
        using var content = Read();
        return content.Find(key)?.Copy();
    }, cancellationToken);

    /// <inheritdoc/>
    public Task SetAsync(SecretKey key, SecretValue value, CancellationToken cancellationToken) => LockedAsync(() =>
    {
        using var content = Read();
        content.Set(key, value.Copy());
        Write(content);
        return true;
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(SecretKey key, CancellationToken cancellationToken) => LockedAsync(() =>
    {
        using var content = Read();
        if (!content.Remove(key))
            return false;
        Write(content);
        return true;
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SecretKey>> ListAsync(CancellationToken cancellationToken) => LockedAsync(() =>
    {
        using var content = Read();
        return content.Keys;
    }, cancellationToken);

    /// <summary>Releases the lock's handle.</summary>
    public void Dispose() => _gate.Dispose();

    private SecretFileContent Read()
    {
        if (!File.Exists(_options.DataFile))
            return new SecretFileContent();
        var sealedBytes = File.ReadAllBytes(_options.DataFile);
        var key = _key.Read();
        try
        {
            return SecretFileContent.Unseal(sealedBytes, key);
        }
        catch (CryptographicException)
        {
            throw new SecretException(
                SecretErrorKind.Keychain, $"{_options.DataFile} cannot be decrypted: it was changed, or {_options.KeyFile} is not its key.", "Restore both files together, or start over with: sbx reset");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private void Write(SecretFileContent content)
    {
        var key = _key.ReadOrCreate(mayCreate: !File.Exists(_options.DataFile));
        try
        {
            PrivateFile.Write(_options.DataFile, content.Seal(key));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private async Task<T> LockedAsync<T>(Func<T> action, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await using var held = await FileLock.TakeAsync(_options.DataFile + ".lock", cancellationToken).ConfigureAwait(false);
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SecretException(SecretErrorKind.Keychain, $"{_options.DataFile} or {_options.KeyFile} cannot be used: {e.Message}", "Check owner, mode and free space.");
        }
        finally
        {
            _gate.Release();
        }
    }
}
