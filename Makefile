# make run   建好一切并启动,地址在最后一行        prepare everything and start
# make test  全部检查与测试 (ARGS='tests/feel -x' 只跑一部分)  every check and test
# make bench 测速                                measure
# make lock  按 pyproject.toml 重新锁定依赖版本    lock the dependencies anew
.PHONY: run test bench lock

run test bench lock:
	@ARGS='$(ARGS)' exec sh .make/start.sh $@
